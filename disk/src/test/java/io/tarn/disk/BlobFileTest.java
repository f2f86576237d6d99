package io.tarn.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.io.CallSettings;
import io.tarn.io.Calls;
import io.tarn.io.Closer;
import io.tarn.io.Fence;
import io.tarn.io.ReadableFile;
import io.tarn.settings.Settings;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs.Staged;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoredBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a thread that must not wait gets of a blob, on real files.
class BlobFileTest {
  private static final int CHUNK = BlobFile.CHUNK;
  private static final byte[] BYTES = new byte[9 * CHUNK + 77];

  static {
    new Random(9).nextBytes(BYTES);
  }

  private static final Volume.Claim NODE = new Volume.Claim("00000000-0000-0000-0000-000000000001");

  @TempDir Path directory;
  private final BlobId id = BlobId.of(1, 2, 3);
  private final ByteBuffer room = ByteBuffer.allocateDirect(2 * CHUNK);
  private final List<IOException> failures = new ArrayList<>();
  private final BlobFile.Home home = home();
  private Path path;

  private BlobFile.Home home() {
    var fence = new Fence(Path.of("/srv/one"), "volume one", () -> {}, Duration.ofDays(1), 100);
    var calls = new Calls("volume one", CallSettings.DEFAULTS, fence);
    return new BlobFile.Home(calls, new Closer(calls), failures::add);
  }

  @BeforeEach
  void write() throws IOException {
    Path root = directory.resolve("a volume, mostly ASCII: ä");
    try (Volume volume = Volume.open(root, NODE, settings());
        Staged staged = volume.stage(id, BYTES.length)) {
      staged.write(ByteBuffer.wrap(BYTES));
      staged.commit();
    }
    try (var files = Files.walk(root)) {
      path = files.filter(file -> file.endsWith(id.text())).findFirst().orElseThrow();
    }
  }

  private static DiskSettings settings() {
    return Settings.defaultsBut(DiskSettings.class, "reserve=0", "direct-from=0");
  }

  /// `dd` tells the kernel to drop the pages of its files, and copies nothing here.
  private void leaveMemory() throws Exception {
    Process dd =
        new ProcessBuilder("dd", "of=" + path, "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
            .redirectErrorStream(true)
            .start();
    String said = new String(dd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(dd.waitFor()).as(said).isZero();
  }

  private static void requireTrying(StoredBytes blob) {
    assumeTrue(blob.canTry(), "needs Linux 6.5 and a file system that knows RWF_NOWAIT");
  }

  private byte[] taken() {
    byte[] taken = new byte[room.remaining()];
    room.get(taken);
    return taken;
  }

  @Test
  void what_is_not_in_memory_is_neither_read_nor_begun_to_be_read() throws Exception {
    try (BlobFile blob = BlobFile.open(path, id, home)) {
      leaveMemory();
      for (int i = 0; i < 20; i++) {
        assertThat(blob.tryRead(3 * CHUNK, room)).isFalse();
        requireTrying(blob);
        Thread.sleep(5); // as long as reading ahead would take
      }
      blob.fetch(3 * CHUNK, 2 * CHUNK);
      assertThat(blob.tryRead(3 * CHUNK + 5, room)).isTrue();
      assertThat(taken()).isEqualTo(Arrays.copyOfRange(BYTES, 3 * CHUNK + 5, 5 * CHUNK));
    }
  }

  @Test
  void of_what_is_there_in_part_only_whole_chunks_are_taken() throws Exception {
    try (BlobFile blob = BlobFile.open(path, id, home)) {
      leaveMemory();
      blob.fetch(0, 10);
      // Some kernels bring in more than was asked for: so look for the place where it ends.
      long at = 0;
      while (at < BYTES.length && blob.tryRead(at, room)) {
        requireTrying(blob);
        byte[] taken = taken();
        assertThat(taken).isEqualTo(Arrays.copyOfRange(BYTES, (int) at, (int) at + taken.length));
        at += taken.length;
      }
      requireTrying(blob);
      assertThat(at == BYTES.length || at % CHUNK == 0).as("ended at %d", at).isTrue();
    }
  }

  @Test
  void the_end_is_read_like_any_other_place() throws IOException {
    try (BlobFile blob = BlobFile.open(path, id, home)) {
      boolean read = blob.tryRead(BYTES.length - 1, room);
      requireTrying(blob);
      assertThat(read).isTrue();
      assertThat(taken()).isEqualTo(Arrays.copyOfRange(BYTES, BYTES.length - 1, BYTES.length));
    }
  }

  @Test
  void damage_is_found_in_memory_as_on_the_disk() throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    bytes[4 * CHUNK + 17] ^= 1;
    Files.write(path, bytes);
    try (BlobFile blob = BlobFile.open(path, id, home)) {
      assertThatThrownBy(() -> blob.read(4 * CHUNK, room)).isInstanceOf(Corrupt.class);
      boolean before = blob.tryRead(0, room);
      requireTrying(blob);
      assertThat(before).isTrue();
      assertThatThrownBy(() -> blob.tryRead(3 * CHUNK, room)).isInstanceOf(Corrupt.class);
    }
  }

  @Test
  void what_is_in_memory_is_opened_and_read_without_asking_the_disk() throws Exception {
    try (BlobFile blob = BlobFile.open(path, id, home)) {
      requireTrying(blob);
    }
    try (BlobFile blob = Objects.requireNonNull(BlobFile.openCached(path, id, home))) {
      blob.read(CHUNK, room);
      assertThat(taken()).isEqualTo(Arrays.copyOfRange(BYTES, CHUNK, 3 * CHUNK));
    }
    leaveMemory();
    assertThat(BlobFile.openCached(path, id, home)).isNull();
  }

  @Test
  void a_read_that_must_wait_gives_the_same_bytes_into_any_memory() throws Exception {
    for (boolean direct : new boolean[] {false, true}) {
      ByteBuffer into = direct ? room : ByteBuffer.allocate(2 * CHUNK);
      leaveMemory();
      try (BlobFile blob = BlobFile.open(path, id, home)) {
        blob.read(8 * CHUNK + 70, into);
        byte[] taken = new byte[into.remaining()];
        into.get(taken);
        assertThat(taken).isEqualTo(Arrays.copyOfRange(BYTES, 8 * CHUNK + 70, BYTES.length));
      }
    }
  }

  @Test
  void a_descriptor_is_not_given_back_while_somebody_reads() throws Exception {
    Path other = Files.write(directory.resolve("other"), new byte[BYTES.length]);
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 300; round++) {
        ReadableFile file = ReadableFile.open(path, home.closer());
        var stop = new AtomicBoolean();
        List<Future<?>> readers =
            List.of(
                threads.submit(() -> readOn(file, stop)), threads.submit(() -> readOn(file, stop)));
        Thread.sleep(0, 200_000);
        file.close();
        file.close();
        try (ReadableFile next = ReadableFile.open(other, home.closer())) {
          assertThat(next.size()).isEqualTo(BYTES.length);
          stop.set(true);
          for (Future<?> reader : readers) reader.get();
        }
      }
    }
  }

  private static Void readOn(ReadableFile file, AtomicBoolean stop) throws IOException {
    ByteBuffer into = ByteBuffer.allocateDirect(4096);
    byte[] expected = Arrays.copyOf(BYTES, 4096);
    try {
      while (!stop.get()) {
        int read = file.read(into.clear(), 0);
        byte[] taken = new byte[read];
        into.flip().get(taken);
        assertThat(Arrays.mismatch(taken, expected)).as("where it is another file's").isEqualTo(-1);
      }
    } catch (ClosedChannelException closed) {
      assertThat(closed).hasNoCause();
    }
    return null;
  }
}
