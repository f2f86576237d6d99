package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.PageAligned;
import io.tarn.settings.Settings;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs.OpenBlob;
import io.tarn.store.Blobs.Staged;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Missing;
import io.tarn.store.StoreFailure.OutOfSpace;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.VolumeId;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every promise of a volume, through the page cache and past it.
@ParameterizedClass(name = "direct writes from {0} bytes on")
@ValueSource(longs = {0, 1})
class VolumeTest {
  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");
  private static final int CHUNK = BlobFile.CHUNK;

  @Parameter long directFrom;
  @TempDir Path directory;
  private long names;

  private DiskSettings settings() {
    return Settings.defaultsBut(DiskSettings.class, "reserve=0", "direct-from=" + directFrom);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7, (9 << 20) + 5})
  void a_committed_blob_gives_back_its_bytes(int length) throws IOException {
    Volume volume = open();
    byte[] bytes = bytes(length);
    BlobId id = store(volume, bytes);
    assertThat(read(volume, id, 0, length)).isEqualTo(bytes);
    volume.close();
    assertThat(read(open(), id, 0, length)).isEqualTo(bytes);
  }

  @Test
  void any_range_gives_exactly_its_bytes() throws IOException {
    Volume volume = open();
    byte[] bytes = bytes((3 << 20) + 11);
    BlobId id = store(volume, bytes);
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      int from = random.nextInt(bytes.length);
      int count = random.nextInt(bytes.length - from) + 1;
      assertThat(read(volume, id, from, count))
          .as("seed %d: %d bytes at %d", seed, count, from)
          .isEqualTo(java.util.Arrays.copyOfRange(bytes, from, from + count));
    }
  }

  @Test
  void pieces_of_any_size_from_any_memory_make_the_same_blob() throws IOException {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    var random = new Random(seed);
    Volume volume = open();
    byte[] bytes = bytes((2 << 20) + 77);
    ByteBuffer direct = PageAligned.allocate(bytes.length).put(bytes).flip();
    for (int round = 0; round < 20; round++) {
      BlobId id = nextId();
      try (Staged staged = volume.stage(id, -1)) {
        for (int at = 0; at < bytes.length; ) {
          int most = random.nextBoolean() ? 5_000 : 1 << 20;
          int count = Math.min(bytes.length - at, 1 + random.nextInt(most));
          if (random.nextInt(3) == 0) count = Math.min(bytes.length - at, 512 << 10);
          ByteBuffer piece =
              random.nextBoolean() ? direct.slice(at, count) : ByteBuffer.wrap(bytes, at, count);
          staged.write(piece.asReadOnlyBuffer());
          at += count;
        }
        assertThat(staged.commit().length()).isEqualTo(bytes.length);
      }
      assertThat(read(volume, id, 0, bytes.length)).as("seed %d", seed).isEqualTo(bytes);
    }
  }

  @Test
  void what_was_not_committed_leaves_nothing() throws IOException {
    Volume volume = open();
    BlobId id = nextId();
    try (Staged staged = volume.stage(id, 10)) {
      staged.write(ByteBuffer.wrap(bytes(10)));
    }
    assertThatThrownBy(() -> volume.open(at(id))).isInstanceOf(Missing.class);
    assertThat(files()).isEmpty();
  }

  @Test
  void what_a_crash_left_staged_is_thrown_away_at_start() throws IOException {
    open().close();
    Files.write(directory.resolve("staging").resolve(nextId().text()), bytes(10));
    open();
    assertThat(files()).isEmpty();
  }

  @Test
  void a_directory_that_is_no_volume_keeps_what_it_has_in_staging() throws IOException {
    Path file = Files.createDirectories(directory.resolve("staging")).resolve("somebodys");
    Files.write(file, bytes(10));
    assertThatThrownBy(this::open)
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("name another directory");
    assertThat(file).exists();
    assertThat(directory.resolve("volume.json")).doesNotExist();
  }

  @Test
  void a_deleted_blob_stays_readable_for_who_has_it_open() throws IOException {
    Volume volume = open();
    byte[] bytes = bytes(2 * CHUNK);
    BlobId id = store(volume, bytes);
    try (OpenBlob blob = volume.open(at(id))) {
      assertThat(volume.delete(List.of(at(id)))).isEmpty();
      assertThat(volume.delete(List.of(at(id)))).isEmpty();
      assertThat(Bodies.bytes(blob.read(0, bytes.length))).isEqualTo(bytes);
    }
    assertThatThrownBy(() -> volume.open(at(id))).isInstanceOf(Missing.class);
  }

  @Test
  void a_flipped_bit_anywhere_is_never_served() throws IOException {
    Volume volume = open();
    byte[] bytes = bytes(2 * CHUNK + 100);
    BlobId id = store(volume, bytes);
    Path file = volume.fileOf(id);
    byte[] good = Files.readAllBytes(file);
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      int at =
          i < 100
              ? bytes.length + random.nextInt(bad.length - bytes.length)
              : random.nextInt(bad.length);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      assertThatThrownBy(() -> read(volume, id, 0, bytes.length))
          .as("seed %d, byte %d", seed, at)
          .isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void a_shortened_or_lengthened_file_is_never_served() throws IOException {
    Volume volume = open();
    byte[] bytes = bytes(CHUNK + 100);
    BlobId id = store(volume, bytes);
    Path file = volume.fileOf(id);
    byte[] good = Files.readAllBytes(file);
    for (int length :
        new int[] {
          0, 1, BlobFile.Footer.TRAILER, good.length - 1, good.length + 1, good.length + CHUNK
        }) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(() -> read(volume, id, 0, bytes.length)).isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void two_files_that_were_swapped_are_noticed() throws IOException {
    Volume volume = open();
    BlobId a = store(volume, bytes(1000));
    BlobId b = store(volume, bytes(1000));
    Files.copy(volume.fileOf(a), volume.fileOf(b), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> read(volume, b, 0, 1000)).isInstanceOf(Corrupt.class);
    assertThat(read(volume, a, 0, 1000)).isEqualTo(bytes(1000));
  }

  @Test
  void blobs_are_listed_in_name_order_page_by_page() {
    Volume volume = open();
    var stored = new ArrayList<BlobId>();
    for (int i = 0; i < 25; i++) {
      names += i * 400_000L; // spreads them over several shard directories
      stored.add(store(volume, bytes(1)));
    }
    var listed = new ArrayList<BlobId>();
    for (List<BlobId> page = volume.list("", 4);
        !page.isEmpty();
        page = volume.list(listed.getLast().text(), 4)) {
      listed.addAll(page);
    }
    assertThat(listed).containsExactlyElementsOf(stored);
  }

  @Test
  void a_volume_below_its_reserve_refuses_to_stage_and_still_deletes() {
    BlobId id;
    try (Volume before = open()) {
      id = store(before, bytes(10));
    }
    var greedy =
        Settings.defaultsBut(DiskSettings.class, "reserve=7 PiB", "direct-from=" + directFrom);
    Volume full = Volume.open(directory, NODE, greedy);
    assertThatThrownBy(() -> full.stage(nextId(), 1)).isInstanceOf(OutOfSpace.class);
    assertThat(full.delete(List.of(at(id)))).isEmpty();
    assertThat(full.holds(at(id))).isFalse();
  }

  @Test
  void an_unknown_format_is_refused_and_left_alone() throws IOException {
    BlobId id;
    try (Volume before = open()) {
      id = store(before, bytes(10));
    }
    Path file = directory.resolve("volume.json");
    String good = Files.readString(file);
    var refused =
        Map.of(
            good.replace("\"format\": 2", "\"format\": 3"),
            "format 3",
            good.replace("\"incompat\": [", "\"incompat\": [\"a\", \"b-2\", "),
            "not know: a, b-2",
            good.replace("\"id\"", "\"di\""),
            "not what Tarn wrote",
            good.replace("\"format\": 2", "\"format\": 2, \"format\": 2"),
            "not what Tarn wrote",
            good.replace("\"format\": 2", "\"format\": \"2\""),
            "not what Tarn wrote",
            good.replace("\"format\": 2", "\"more\": 1, \"format\": 2"),
            "not what Tarn wrote",
            "",
            "not what Tarn wrote");
    for (var each : refused.entrySet()) {
      Files.writeString(file, each.getKey());
      assertThatThrownBy(this::open)
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining(each.getValue());
      assertThat(Files.readString(file)).isEqualTo(each.getKey());
    }
    Files.writeString(file, good);
    assertThat(read(open(), id, 0, 10)).isEqualTo(bytes(10));
  }

  @Test
  void a_volume_of_the_first_format_becomes_one_of_its_node_and_of_no_other() throws IOException {
    String id;
    BlobId blob;
    try (Volume before = open()) {
      id = before.id();
      blob = store(before, bytes(10));
    }
    Path file = directory.resolve("volume.json");
    String old = "{\"format\": 1, \"id\": \"%s\"}\n".formatted(id);
    Files.writeString(file, old);
    var other = new Volume.Claim("00000000-0000-0000-0000-000000000002", id);
    for (var claim : List.of(NODE, new Volume.Claim(NODE.node(), NODE.node()))) {
      assertThatThrownBy(() -> Volume.open(directory, claim, settings()))
          .isInstanceOf(Corrupt.class);
      assertThat(Files.readString(file)).isEqualTo(old);
    }
    try (Volume taken = Volume.open(directory, new Volume.Claim(NODE.node(), id), settings())) {
      assertThat(read(taken, blob, 0, 10)).isEqualTo(bytes(10));
      assertThat(Files.readString(file)).contains("\"format\": 2").contains(NODE.node());
    }
    assertThatThrownBy(() -> Volume.open(directory, other, settings()))
        .isInstanceOf(Corrupt.class)
        .hasMessageContaining("is a volume of node " + NODE.node());
  }

  @Test
  void a_volume_without_blobs_that_is_nobodys_may_be_claimed() throws IOException {
    open().close();
    Path file = directory.resolve("volume.json");
    String id = VolumeFormat.look(directory).orElseThrow().id();
    Files.writeString(file, "{\"format\": 1, \"id\": \"%s\"}\n".formatted(id));
    open().close();
    assertThat(VolumeFormat.look(directory).orElseThrow().node()).isEqualTo(NODE.node());
  }

  @Test
  void a_volume_that_lost_its_format_file_is_not_taken_for_a_new_one() throws IOException {
    try (Volume before = open()) {
      store(before, bytes(10));
    }
    Files.delete(directory.resolve("volume.json"));
    assertThatThrownBy(this::open).isInstanceOf(Corrupt.class).hasMessageContaining("volume.json");
    assertThatThrownBy(() -> VolumeFormat.look(directory)).isInstanceOf(Corrupt.class);
  }

  @Test
  void several_volumes_serve_each_others_blobs_and_the_same_directory_twice_is_refused()
      throws IOException {
    Volume one = Volume.open(directory.resolve("one"), NODE, settings());
    Volume two = Volume.open(directory.resolve("two"), NODE, settings());
    var volumes = new Volumes(List.of(one, two), new Random(7));
    var ids = new ArrayList<BlobId>();
    var places = new ArrayList<BlobAt>();
    for (int i = 0; i < 64; i++) {
      BlobId id = nextId();
      try (Staged staged = volumes.stage(id, 10)) {
        staged.write(ByteBuffer.wrap(bytes(10)));
        staged.commit();
        places.add(staged.blob());
      }
      ids.add(id);
    }
    assertThat(one.list("", 100)).isNotEmpty();
    assertThat(two.list("", 100)).isNotEmpty();
    assertThat(volumes.list("", 100)).containsExactlyElementsOf(ids);
    for (BlobId id : ids) {
      try (OpenBlob blob = volumes.open(at(id))) {
        assertThat(Bodies.bytes(blob.read(0, 10))).isEqualTo(bytes(10));
      }
    }
    assertThatThrownBy(() -> Volume.open(directory.resolve("one"), NODE, settings()))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("named twice");
    whatIsNamedIsNotLookedForElsewhere(places, one, two);
    two.close();
    one.close();
  }

  private void whatIsNamedIsNotLookedForElsewhere(List<BlobAt> places, Volume one, Volume two)
      throws IOException {
    var volumes = new Volumes(List.of(one, two), new Random(7));
    for (BlobAt place : places) {
      boolean onOne = place.volume().equals(one.volumeId());
      Path decoy = (onOne ? two : one).fileOf(place.id());
      Files.createDirectories(decoy.getParent());
      Files.writeString(decoy, "not this one");
      try (OpenBlob blob = volumes.open(place)) {
        assertThat(Bodies.bytes(blob.read(0, 10))).isEqualTo(bytes(10));
      }
      assertThat(volumes.delete(List.of(place))).isEmpty();
      assertThat(decoy).exists();
    }
    var nowhere = new BlobAt(nextId(), new VolumeId(7));
    assertThatThrownBy(() -> volumes.open(nowhere)).isInstanceOf(Unavailable.class);
    assertThat(volumes.delete(List.of(nowhere))).hasSize(1);
  }

  @Test
  void a_blob_of_several_holders_is_read_where_it_is_and_deleted_everywhere() throws IOException {
    Path first = Files.createDirectories(directory.resolve("one"));
    Path second = Files.createDirectories(directory.resolve("two"));
    try (Volume one = Volume.open(first, NODE, settings());
        Volume two = Volume.open(second, NODE, settings())) {
      var volumes = new Volumes(List.of(one, two), new Random(7));
      var held = new BlobAt(nextId(), one.volumeId(), List.of(two.volumeId()));
      assertThatThrownBy(() -> volumes.open(held)).isInstanceOf(Missing.class);
      for (Volume volume : List.of(one, two)) {
        try (Staged staged = volume.stage(held.id(), 10)) {
          staged.write(ByteBuffer.wrap(bytes(10)));
          staged.commit();
        }
      }
      Files.writeString(one.fileOf(held.id()), "damaged");
      isRead(volumes, held);
      Files.delete(one.fileOf(held.id()));
      isRead(volumes, held);
      assertThat(volumes.holds(held)).isTrue();
      assertThat(volumes.share(held, nextId(), BlobLabel.NONE)).as("by fewer").isEmpty();
      Files.writeString(one.fileOf(held.id()), "damaged");
      var away = new BlobAt(held.id(), new VolumeId(7), List.of(one.volumeId()));
      assertThatThrownBy(() -> volumes.open(away))
          .as("the other one may have it whole")
          .isInstanceOf(Unavailable.class);
      assertThat(volumes.delete(List.of(away))).hasSize(1);
      assertThat(volumes.delete(List.of(held))).isEmpty();
      assertThat(one.list("", 10)).isEmpty();
      assertThat(two.list("", 10)).isEmpty();
    }
  }

  private static void isRead(Volumes volumes, BlobAt blob) {
    try (OpenBlob open = volumes.open(blob)) {
      assertThat(Bodies.bytes(open.read(0, 10))).isEqualTo(bytes(10));
    }
  }

  private Volume open() {
    return Volume.open(directory, NODE, settings());
  }

  private static BlobAt at(BlobId id) {
    return new BlobAt(id, VolumeId.UNKNOWN);
  }

  private BlobId nextId() {
    return BlobId.of(1_760_000_000_000L + names++, 0, 0);
  }

  private BlobId store(Volume volume, byte[] bytes) {
    try (Staged staged = volume.stage(nextId(), bytes.length)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        int step = Math.min(70_001, rest.remaining());
        staged.write(rest.slice(rest.position(), step));
        rest.position(rest.position() + step);
      }
      assertThat(staged.commit().length()).isEqualTo(bytes.length);
      return staged.blob().id();
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(Volume volume, BlobId id, long offset, long length)
      throws IOException {
    try (OpenBlob blob = volume.open(at(id))) {
      return Bodies.bytes(blob.read(offset, length));
    }
  }

  private List<Path> files() throws IOException {
    try (var walk = Files.walk(directory)) {
      return walk.filter(
              path ->
                  Files.isRegularFile(path)
                      && !path.endsWith("volume.json")
                      && !path.endsWith("lock"))
          .toList();
    }
  }
}
