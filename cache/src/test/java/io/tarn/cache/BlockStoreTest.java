package io.tarn.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.ETag;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks on a disk: within their bound, there again after a restart, and never wrong.
class BlockStoreTest {
  private static final int BLOCK = CacheWorld.BLOCK;
  private static final long SIZE = 20L * BLOCK;
  private static final int MANY = 100_000;

  @TempDir Path directory;
  private final AtomicLong free = new AtomicLong(Long.MAX_VALUE / 4);

  @SuppressWarnings("NullAway.Init") // by each test
  private BlockStore store;

  private void open() throws IOException {
    open(List.of(directory));
  }

  private void open(List<Path> directories) throws IOException {
    store =
        BlockStore.open(
            directories, CacheWorld.settings(SIZE), InstantSource.system(), _ -> free.get());
  }

  @AfterEach
  void close() {
    if (store != null) store.close();
  }

  private static Identity identity(String key) {
    var bucket =
        new Bucket(
            new BucketName("bucket"),
            1,
            1,
            new TenantId("anna"),
            "",
            Instant.EPOCH,
            Versioning.OFF,
            Home.OWN);
    return Identity.of(bucket, new Key(key), Version.NULL, new ETag("e"), BLOCK);
  }

  /// One block for each key; its bytes follow from it.
  private boolean put(String key, int length) {
    Identity identity = identity(key);
    StagedBlock staged = store.stage(length, identity.label(), true);
    if (staged == null) return false;
    try {
      staged.append(ByteBuffer.wrap(Bodies.bytes(key.hashCode(), length)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    staged.end();
    return store.commit(staged, identity.block(0), identity.label(), key.startsWith("pinned"));
  }

  private Block find(String key) {
    Block block = store.find(identity(key).block(0));
    if (block == null) throw new AssertionError(key + " is not there");
    return block;
  }

  private BlockFile opened(Block block) {
    BlockFile file = store.open(block);
    if (file == null) throw new AssertionError("it cannot be opened");
    return file;
  }

  /// Whether it is there; then it is right.
  private boolean has(String key) throws IOException {
    Block block = store.find(identity(key).block(0));
    if (block == null) return false;
    BlockFile file = store.open(block);
    if (file == null) return false;
    try (file) {
      ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
      file.read(0, block.length(), bytes);
      byte[] got = new byte[block.length()];
      bytes.get(got);
      assertThat(got).isEqualTo(Bodies.bytes(key.hashCode(), block.length()));
      return true;
    }
  }

  private long onDisk() throws IOException {
    var bytes = new AtomicLong();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = String.valueOf(file.getFileName());
            if (!List.of("index", "lock").contains(name)) bytes.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE; // evicted meanwhile
          }
        });
    return bytes.get();
  }

  @Test
  void blocks_are_there_again_after_a_restart() throws IOException {
    open();
    for (int i = 0; i < 10; i++) put("k" + i, 1000 + i);
    store.drop(find("k3"), Removal.ASKED);
    CacheUsage before = store.usage();
    store.close();
    open();
    for (int i = 0; i < 10; i++) assertThat(has("k" + i)).isEqualTo(i != 3);
    assertThat(store.usage().used()).isEqualTo(before.used());
  }

  @Test
  void what_a_killed_process_had_is_there_again_and_counted() throws IOException {
    open();
    for (int i = 0; i < 10; i++) put("k" + i, 1000 + i);
    store.drop(find("k3"), Removal.ASKED);
    StagedBlock underway = store.stage(BLOCK, new byte[10], true);
    if (underway == null) throw new AssertionError("no room");
    underway.append(ByteBuffer.allocate(BLOCK / 2)); // is being written
    assertThat(directory.resolve("filling")).isNotEmptyDirectory();
    Path copy = copied();
    open(List.of(copy));
    for (int i = 0; i < 10; i++) assertThat(has("k" + i)).isEqualTo(i != 3);
    assertThat(copy.resolve("filling")).isEmptyDirectory();
  }

  /// The directory as a process that is killed now leaves it.
  private Path copied() throws IOException {
    return copied(directory);
  }

  private Path copied(Path from) throws IOException {
    Path copy = directory.resolve("../copy-" + System.nanoTime()).normalize();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return copy;
  }

  @Test
  void what_was_added_after_a_kill_is_there_after_the_next_one() throws IOException {
    open();
    for (int i = 0; i < 5; i++) put("k" + i, 1000 + i);
    Path copy = copied();
    close();
    open(List.of(copy));
    store.drop(find("k3"), Removal.ASKED);
    for (int i = 5; i < 10; i++) put("k" + i, 1000 + i);
    long used = store.usage().used();
    Path second = copied(copy);
    close();
    open(List.of(second));
    for (int i = 0; i < 10; i++) assertThat(has("k" + i)).isEqualTo(i != 3);
    assertThat(store.usage().used()).isEqualTo(used);
  }

  @Test
  void a_start_reads_the_index_and_no_file_of_a_block_and_takes_little_memory() throws IOException {
    open();
    put("k", 1000);
    CacheDirectory home = find("k").directory();
    close();
    List<Block> many = new ArrayList<>();
    var random = new SplittableRandom(1);
    for (int i = 0; i < MANY; i++) {
      var id = new BlockId(1, random.nextLong(), random.nextLong(), 0);
      many.add(new Block(id, 10, 100, 1 + i, home)); // without a file
    }
    var log = new IndexFile(directory, BLOCK);
    log.rewrite(() -> many);
    log.close();
    Object before = Files.readAttributes(directory.resolve("index"), "fileKey").get("fileKey");
    long allocated = allocatedBytes();
    CacheSettings large = CacheWorld.settings(MANY * 16_384L);
    store = BlockStore.open(List.of(directory), large, InstantSource.system(), _ -> free.get());
    allocated = allocatedBytes() - allocated;
    assertThat(store.usage().blocks()).isEqualTo(MANY);
    assertThat(store.usage().used()).isEqualTo(MANY * 8192L);
    assertThat(allocated / MANY).as("bytes of memory for each").isLessThan(300);
    assertThat(Files.readAttributes(directory.resolve("index"), "fileKey"))
        .as("the index is gone on with")
        .containsEntry("fileKey", before);
  }

  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getTotalThreadAllocatedBytes();
  }

  @Test
  void a_block_that_the_index_has_twice_is_there_once_as_it_came_last() throws IOException {
    open();
    put("k", 1000);
    Block first = find("k");
    Path killed = copied(); // before it is replaced
    put("k", 1000);
    Block second = find("k");
    Files.createDirectories(killed.resolve(directory.relativize(fileOf(second))).getParent());
    Files.copy(fileOf(second), killed.resolve(directory.relativize(fileOf(second))));
    byte[] index = Files.readAllBytes(directory.resolve("index"));
    // Without the record that the first one is gone.
    Files.write(killed.resolve("index"), Arrays.copyOf(index, index.length - 52));
    close();
    open(List.of(killed));
    assertThat(find("k").serial()).isEqualTo(second.serial()).isNotEqualTo(first.serial());
    assertThat(has("k")).isTrue();
    assertThat(store.usage().blocks()).isEqualTo(1);
    assertThat(store.usage().used()).isEqualTo(second.cost());
    assertThat(Files.size(killed.resolve("index"))).as("of one block").isEqualTo(16 + 52);
  }

  private static Path fileOf(Block block) {
    return block.directory().file(block.serial());
  }

  @Test
  void an_index_that_is_cut_or_damaged_anywhere_costs_blocks_and_nothing_else() throws Exception {
    open();
    for (int i = 0; i < 20; i++) put("k" + i, 1000 + i);
    store.close();
    byte[] whole = Files.readAllBytes(directory.resolve("index"));
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      byte[] some = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      if (some.length > 0 && random.nextBoolean()) some[random.nextInt(some.length)] ^= 4;
      Files.write(directory.resolve("index"), some);
      Files.write(directory.resolve("index.new"), new byte[random.nextInt(100)]);
      open();
      int there = 0;
      for (int i = 0; i < 20; i++) {
        if (has("k" + i)) there++;
      }
      assertThat(store.usage().blocks()).as("seed %d", seed).isEqualTo(there);
      for (int i = 0; i < 500 && onDisk() > store.usage().used(); i++) Thread.sleep(10);
      assertThat(onDisk())
          .as("what is not known goes, seed %d", seed)
          .isLessThanOrEqualTo(store.usage().used());
      for (int i = 0; i < 20; i++) {
        if (!has("k" + i)) put("k" + i, 1000 + i);
      }
      store.close();
    }
  }

  @Test
  void a_block_under_anothers_name_or_with_other_bytes_is_dropped() throws IOException {
    open();
    put("a", 5000);
    put("b", 5000);
    Block a = find("a");
    Block b = find("b");
    Files.copy(
        a.directory().file(a.serial()),
        b.directory().file(b.serial()),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(store.open(b)).isNull();
    try (FileChannel file =
        FileChannel.open(a.directory().file(a.serial()), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 77);
    }
    assertThatThrownBy(() -> has("a")).isInstanceOf(BlockFooter.DamagedBlock.class);
    assertThat(store.usage().removals().get(Removal.DAMAGED)).isEqualTo(1);
  }

  @Test
  void the_bound_holds_whatever_comes_at_once() throws Exception {
    open();
    for (int round = 0; round < 5; round++) {
      burst(round);
      assertThat(onDisk()).isPositive().isLessThanOrEqualTo(store.usage().used());
    }
    assertThat(store.usage().used()).isLessThanOrEqualTo(SIZE).isEqualTo(store.usage().cached());
    assertThat(onDisk()).isLessThanOrEqualTo(store.usage().used());
    assertThat(store.usage().removals().get(Removal.ROOM)).isPositive();
  }

  /// Eight writers at once, of whom each sees the bound hold.
  private void burst(int round) throws Exception {
    List<Future<?>> writers = new ArrayList<>();
    try (ExecutorService tasks = Executors.newFixedThreadPool(8)) {
      for (int task = 0; task < 8; task++) {
        int mine = 8 * round + task;
        writers.add(
            tasks.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    put("k" + mine + "-" + i, 1 + (i * 7919) % BLOCK);
                    assertThat(store.usage().used()).isLessThanOrEqualTo(SIZE);
                  }
                  return null;
                }));
      }
    }
    for (Future<?> writer : writers) writer.get();
  }

  @Test
  void what_is_being_written_counts() throws IOException {
    open();
    int staged = 0;
    while (store.stage(BLOCK, new byte[10], true) != null) staged++;
    assertThat(staged).isBetween(16, 20);
    assertThat(store.usage().used()).isLessThanOrEqualTo(SIZE);
  }

  @Test
  void what_is_open_or_held_is_read_to_its_end() throws IOException {
    open();
    put("open", 5000);
    put("held", 5000);
    Block open = find("open");
    Block held = find("held");
    BlockFile file = opened(open);
    assertThat(store.hold(held)).isTrue();
    long used = store.usage().used();
    store.forget(identity("open"));
    store.forget(identity("held"));
    assertThat(store.usage().blocks()).isZero();
    assertThat(store.usage().used()).as("still takes its room").isEqualTo(used);
    file.read(0, 5000, ByteBuffer.allocate(BLOCK));
    file.close();
    BlockFile later = opened(held);
    later.read(0, 5000, ByteBuffer.allocate(BLOCK));
    later.close();
    store.release(held);
    assertThat(store.usage().used()).isZero();
    assertThat(onDisk()).isZero();
  }

  @Test
  void what_is_held_goes_where_its_room_is_needed() throws IOException {
    open();
    put("held", BLOCK);
    Block held = find("held");
    store.hold(held);
    store.forget(identity("held"));
    for (int i = 0; i < 30; i++) assertThat(put("k" + i, BLOCK)).isTrue();
    assertThat(store.open(held)).isNull();
    store.release(held);
    assertThat(store.usage().used()).isEqualTo(store.usage().cached());
  }

  @Test
  void pinned_blocks_stay_and_leave_room_for_others() throws IOException {
    open();
    for (int i = 0; i < 30; i++) put("pinned" + i, BLOCK);
    for (int i = 0; i < 60; i++) assertThat(put("k" + i, BLOCK)).isTrue();
    CacheUsage usage = store.usage();
    assertThat(usage.pinned()).isBetween(SIZE / 2, SIZE / 4 * 3);
    assertThat(has("pinned0")).isTrue();
    store.close();
    open();
    assertThat(store.usage().pinned()).isEqualTo(usage.pinned());
  }

  @Test
  void blocks_go_before_the_disk_is_full() throws IOException {
    open();
    for (int i = 0; i < 15; i++) put("k" + i, BLOCK);
    long used = store.usage().used();
    free.set(0);
    store.shed();
    assertThat(store.usage().used()).isLessThanOrEqualTo(used);
    assertThat(put("more", BLOCK)).isTrue();
    assertThat(store.usage().used()).isLessThanOrEqualTo(used);
  }

  @Test
  void a_disk_that_takes_nothing_is_left_alone_for_a_while() throws IOException {
    open();
    Files.delete(directory.resolve("filling"));
    assertThat(put("a", 10)).isFalse();
    Files.createDirectory(directory.resolve("filling"));
    assertThat(put("a", 10)).isFalse();
    assertThat(store.usage().used()).isZero();
  }

  @Test
  void two_processes_do_not_share_a_directory() throws IOException {
    open();
    assertThatThrownBy(
            () ->
                BlockStore.open(
                    List.of(directory), CacheWorld.settings(SIZE), InstantSource.system(), _ -> 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another process uses the cache directory");
  }

  @Test
  void several_directories_are_one_cache() throws IOException {
    Path other = directory.resolve("other");
    Path one = directory.resolve("one");
    open(List.of(one, other));
    for (int i = 0; i < 10; i++) put("k" + i, 1000);
    store.close();
    open(List.of(one, other));
    for (int i = 0; i < 10; i++) assertThat(has("k" + i)).isTrue();
    for (Path each : List.of(one, other)) {
      try (Stream<Path> files = Files.walk(each.resolve("blocks"))) {
        assertThat(files.filter(Files::isRegularFile)).hasSize(5);
      }
    }
  }

  @Test
  void an_index_that_is_long_is_written_anew() throws IOException {
    open();
    for (int i = 0; i < 6000; i++) put("k" + i % 10, 10);
    assertThat(Files.size(directory.resolve("index"))).isLessThan(52L * 11_000);
    store.close();
    open();
    for (int i = 0; i < 10; i++) assertThat(has("k" + i)).isTrue();
  }
}
