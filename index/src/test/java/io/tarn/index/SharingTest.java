package io.tarn.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.disk.Volume;
import io.tarn.store.BeginUpload;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadRef;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies that move no bytes, on a real volume: which are, and that nobody can tell.
class SharingTest {
  private static final TenantId ANNA = new TenantId("anna");
  private static final int LENGTH = 300_001;

  @TempDir Path directory;
  private final DiskIndex disk = new DiskIndex();
  private Index index;
  private Bucket bucket;

  @BeforeEach
  void open() {
    index = disk.open(directory, Index.settings(1, Duration.ZERO));
    bucket = index.buckets().create(new CreateBucket(new BucketName("bucket"), ANNA, ""));
  }

  @AfterEach
  void close() {
    disk.close();
  }

  private static byte[] bytes(int seed) {
    return Bodies.bytes(seed, LENGTH);
  }

  private Written put(String key, byte[] bytes, ChecksumAlgorithm algorithm) {
    return index.store().put(new Put(bucket, new Key(key)), Bodies.of(bytes, algorithm));
  }

  private Written copy(String from, String to, @Nullable ChecksumAlgorithm algorithm) {
    var source = new Read(bucket, new Key(from));
    var target = new Put(bucket, new Key(to));
    return index.store().copy(new Copy(source, target, true, true, algorithm)).written();
  }

  private UploadRef begin(String key, @Nullable ChecksumAlgorithm algorithm) {
    var put = new Put(bucket, new Key(key));
    ChecksumType type = algorithm == null ? ChecksumType.COMPOSITE : ChecksumType.FULL_OBJECT;
    Upload upload = index.store().begin(new BeginUpload(put, ANNA, algorithm, type));
    return new UploadRef(bucket, new Key(key), upload.id());
  }

  private Part copyPart(UploadRef ref, int number, String from, @Nullable ByteRange range) {
    var source = new ObjectStore.PartSource(new Read(bucket, new Key(from)), range);
    return index.store().copyPart(ref, number, source).part();
  }

  private Written complete(UploadRef ref, List<Part> parts) {
    List<CompleteUpload.Chosen> chosen = new ArrayList<>();
    for (Part part : parts) {
      chosen.add(new CompleteUpload.Chosen(part.number(), part.etag(), Checksum.NONE));
    }
    return index
        .store()
        .complete(
            new CompleteUpload(ref, chosen, Conditions.NONE, CompleteUpload.Expected.NOTHING));
  }

  private byte[] read(String key) {
    return Bodies.drain(index.store().open(new Read(bucket, new Key(key))));
  }

  private void delete(String key) {
    index.store().delete(new Delete(bucket, new Key(key)));
    while (index.store().reaper().round() > 0) {}
  }

  /// Files that hold bytes of blobs, however many names they have; and how many names that is.
  private record Held(int files, int names) {}

  private Held held() throws IOException {
    Set<Object> files = new HashSet<>();
    int names = 0;
    try (Stream<Path> all = Files.walk(directory.resolve("volume").resolve("blobs"))) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (!BlobId.isName(each.getFileName().toString())) continue;
        names++;
        files.add(Files.getAttribute(each, "unix:ino"));
      }
    }
    return new Held(files.size(), names);
  }

  private void nothingIsLost() {
    List<Inspection.Flaw> flaws = new ArrayList<>();
    index.store().inspection().run(flaws::add);
    assertThat(flaws).isEmpty();
    index.store().reaper().sweepPending();
    while (index.store().reaper().round() > 0) {}
    assertThat(Audit.problems(index.backends().meta(), index.backends().blobs())).isEmpty();
  }

  @Test
  void a_copy_of_an_object_is_the_same_file_and_each_outlives_the_other() throws IOException {
    byte[] bytes = bytes(1);
    Written first = put("first", bytes, ChecksumAlgorithm.CRC32C);
    Written second = copy("first", "second", null);
    Written third = copy("second", "third", ChecksumAlgorithm.CRC32C);
    assertThat(held()).isEqualTo(new Held(1, 3));
    for (Written each : List.of(second, third)) {
      assertThat(each.content().etag()).isEqualTo(first.content().etag());
      assertThat(each.content().checksum()).isEqualTo(first.content().checksum());
      assertThat(each.content().size()).isEqualTo(LENGTH);
    }
    delete("first");
    assertThat(read("second")).isEqualTo(bytes);
    Read some = new Read(bucket, new Key("third")).of(new Span.Between(131_000, 131_100));
    try (OpenObject open = index.store().open(some)) {
      assertThat(Bodies.bytes(open.payload()))
          .isEqualTo(Arrays.copyOfRange(bytes, 131_000, 131_101));
    }
    nothingIsLost();
    delete("third");
    assertThat(read("second")).isEqualTo(bytes);
    delete("second");
    assertThat(held()).isEqualTo(new Held(0, 0));
    nothingIsLost();
  }

  @Test
  void an_object_copied_onto_itself_stays_the_same_file() throws IOException {
    put("first", bytes(1), ChecksumAlgorithm.CRC32);
    copy("first", "first", null);
    while (index.store().reaper().round() > 0) {}
    assertThat(held()).isEqualTo(new Held(1, 1));
    assertThat(read("first")).isEqualTo(bytes(1));
    nothingIsLost();
  }

  @Test
  void a_copy_with_another_checksum_moves_its_bytes() throws IOException {
    put("first", bytes(1), ChecksumAlgorithm.CRC32C);
    Written second = copy("first", "second", ChecksumAlgorithm.SHA256);
    assertThat(second.content().checksum().algorithm()).isEqualTo(ChecksumAlgorithm.SHA256);
    assertThat(held()).isEqualTo(new Held(2, 2));
    assertThat(read("second")).isEqualTo(bytes(1));
  }

  @Test
  void parts_are_copied_whole_without_moving_bytes_and_in_pieces_by_moving_them()
      throws IOException {
    Written source = put("source", bytes(1), ChecksumAlgorithm.DEFAULT);
    UploadRef ref = begin("made", null);
    List<Part> parts =
        List.of(
            copyPart(ref, 1, "source", null),
            copyPart(ref, 2, "source", new ByteRange(0, LENGTH - 1)),
            copyPart(ref, 3, "source", new ByteRange(0, LENGTH - 2)),
            copyPart(ref, 4, "source", new ByteRange(1, LENGTH - 1)));
    for (Part part : parts.subList(0, 2)) {
      assertThat(part.size()).isEqualTo(LENGTH);
      assertThat(part.etag()).isEqualTo(source.content().etag());
      assertThat(part.checksum()).isEqualTo(source.content().checksum());
    }
    assertThat(held()).isEqualTo(new Held(3, 5));
    Written made = complete(ref, parts);
    byte[] whole = read("made");
    assertThat(made.content().checksum())
        .isEqualTo(put("again", whole, ChecksumAlgorithm.DEFAULT).content().checksum());
    delete("again");
    // The second and the third part; nothing else is one.
    UploadRef other = begin("other", null);
    List<Part> copied =
        List.of(
            copyPart(other, 1, "made", new ByteRange(LENGTH, 2L * LENGTH - 1)),
            copyPart(other, 2, "made", new ByteRange(2L * LENGTH, 3L * LENGTH - 2)),
            copyPart(other, 3, "made", new ByteRange(LENGTH - 1, 2L * LENGTH - 2)),
            copyPart(other, 4, "made", new ByteRange(0, 2L * LENGTH - 1)));
    assertThat(copied.get(0).etag()).isEqualTo(parts.get(1).etag());
    assertThat(copied.get(1).etag()).isEqualTo(parts.get(2).etag());
    assertThat(held()).isEqualTo(new Held(5, 9));
    complete(other, copied);
    delete("source");
    delete("made");
    byte[] expected = new byte[5 * LENGTH - 1];
    System.arraycopy(whole, LENGTH, expected, 0, 2 * LENGTH - 1);
    System.arraycopy(whole, LENGTH - 1, expected, 2 * LENGTH - 1, LENGTH);
    System.arraycopy(whole, 0, expected, 3 * LENGTH - 1, 2 * LENGTH);
    assertThat(read("other")).isEqualTo(expected);
    nothingIsLost();
    delete("other");
    assertThat(held()).isEqualTo(new Held(0, 0));
    nothingIsLost();
  }

  @Test
  void an_object_of_parts_becomes_one_without_when_it_is_copied() throws IOException {
    put("source", bytes(1), ChecksumAlgorithm.CRC32);
    UploadRef ref = begin("made", ChecksumAlgorithm.CRC32);
    complete(ref, List.of(copyPart(ref, 1, "source", null)));
    Written copy = copy("made", "copy", null);
    assertThat(copy.content().etag().text()).hasSize(32);
    assertThat(read("copy")).isEqualTo(bytes(1));
    assertThat(held()).isEqualTo(new Held(2, 3));
    UploadRef again = begin("again", ChecksumAlgorithm.CRC32);
    copyPart(again, 1, "made", null);
    assertThat(held()).isEqualTo(new Held(2, 4));
    copyPart(begin("sha", ChecksumAlgorithm.CRC32C), 1, "made", null);
    assertThat(held()).isEqualTo(new Held(3, 5));
    nothingIsLost();
  }

  @Test
  void what_is_copied_is_labelled_as_what_it_was_copied_to() {
    put("first", bytes(1), ChecksumAlgorithm.CRC32C);
    copy("first", "second", null);
    UploadRef ref = begin("made", ChecksumAlgorithm.CRC32C);
    copyPart(ref, 7, "second", null);
    var volume = (Volume) index.backends().blobs();
    List<String> owners = new ArrayList<>();
    for (BlobId each : volume.list("", 10)) {
      BlobLabel label = volume.label(each);
      assertThat(label.fields()).containsEntry("size", String.valueOf(LENGTH));
      owners.add(label.owner().key() + " " + label.owner().part());
    }
    assertThat(owners).containsExactlyInAnyOrder("first 0", "second 0", "made 7");
  }

  @Test
  void a_source_that_is_listed_as_damaged_is_read_and_so_refused() throws IOException {
    put("first", bytes(1), ChecksumAlgorithm.CRC32C);
    var volume = (Volume) index.backends().blobs();
    BlobId blob = volume.list("", 10).getFirst();
    Path file;
    try (Stream<Path> all = Files.walk(directory.resolve("volume").resolve("blobs"))) {
      file =
          all.filter(each -> each.getFileName().toString().equals(blob.text()))
              .findFirst()
              .orElseThrow();
    }
    byte[] damaged = Files.readAllBytes(file);
    damaged[7] ^= 1;
    Files.write(file, damaged);
    copy("first", "before", null); // nobody knows yet
    assertThatThrownBy(() -> read("before")).isInstanceOf(StoreFailure.Corrupt.class);
    index.store().delete(new Delete(bucket, new Key("before")));
    damaged[damaged.length - 20] ^= 1; // where it is opened
    Files.write(file, damaged);
    assertThatThrownBy(() -> copy("first", "after", null)).isInstanceOf(StoreFailure.Corrupt.class);
    assertThatThrownBy(() -> read("after")).isInstanceOf(StoreFailure.NoSuchKey.class);
    delete("first");
    nothingIsLost();
  }

  /// As a volume that cannot: on another disk, or without second names.
  private record Apart(Blobs inner) implements Blobs {
    @Override
    public Staged stage(BlobId id, long expectedLength) {
      return inner.stage(id, expectedLength);
    }

    @Override
    public OpenBlob open(BlobAt blob) {
      return inner.open(blob);
    }

    @Override
    public List<Undeleted> delete(java.util.Collection<BlobAt> blobs) {
      return inner.delete(blobs);
    }

    @Override
    public boolean holds(BlobAt blob) {
      return inner.holds(blob);
    }

    @Override
    public List<BlobId> list(String after, int limit) {
      return inner.list(after, limit);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  @Test
  void where_bytes_cannot_be_shared_they_are_copied() throws IOException {
    IndexBackends usual = index.backends();
    index =
        Index.on(
            new IndexBackends(
                usual.meta(), new Apart(usual.blobs()), usual.tokens(), usual.clock(), 1),
            Index.settings(1, Duration.ZERO));
    Written first = put("first", bytes(1), ChecksumAlgorithm.CRC32C);
    Written second = copy("first", "second", null);
    assertThat(second.content().etag()).isEqualTo(first.content().etag());
    UploadRef ref = begin("made", ChecksumAlgorithm.CRC32C);
    complete(ref, List.of(copyPart(ref, 1, "first", null), copyPart(ref, 2, "second", null)));
    assertThat(held()).isEqualTo(new Held(4, 4));
    assertThat(read("second")).isEqualTo(bytes(1));
    assertThat(read("made")).hasSize(2 * LENGTH).startsWith(bytes(1)).endsWith(bytes(1));
    nothingIsLost();
  }
}
