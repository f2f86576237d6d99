package io.tarn.cache;

import io.tarn.io.CallSettings;
import io.tarn.io.Calls;
import io.tarn.io.Closer;
import io.tarn.io.DirectoryCheck;
import io.tarn.io.Fence;
import io.tarn.io.ReadableFile;
import io.tarn.io.Sizes;
import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A directory of blocks:
///
/// ```text
/// lock                held by the process that uses it
/// index               which blocks there are ([IndexFile])
/// filling/<serial>    being written; emptied at start
/// blocks/<2>/<serial> whole
/// ```
///
/// Serials are given once, and later runs give greater ones.
///
/// Whatever may have to wait for the disk goes through [Calls]. While the disk does not answer, at
/// the start or later, the directory is not there: its blocks are not found, nothing is written,
/// and what is to be deleted is owed. When a check finds it well, that is done first, the index is
/// written anew, and then the blocks are there again.
final class CacheDirectory {
  private static final int FANS = 256;
  private static final int PAUSE_SECONDS = 10;
  private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,16}");

  /// How many times the patience writing a whole index may take.
  private static final int INDEX_TIMES = 10;

  /// Files that one call deletes at most.
  private static final int DELETED_AT_ONCE = 16;

  private final Path path;
  private final BlockStore store;
  private final int blockSize;
  private final Fence fence;
  private final Calls calls;
  private final Closer closer;
  private final DirectoryCheck check;
  private final Set<Integer> fans = ConcurrentHashMap.newKeySet(); // those that are there for sure
  private final ConcurrentLinkedQueue<Owed> owed = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Taken taken;
  private volatile IndexFile index;
  private volatile boolean loaded;
  private volatile boolean closed;
  private volatile long first; // serial of this run
  private volatile boolean unswept = true;
  private volatile Instant pausedUntil = Instant.MIN;

  /// What is known of it once its disk answered for the first time.
  private record Taken(FileChannel lock, FileStore disk, Sizes sizes, boolean opensCached) {}

  /// A file that is to be deleted, and what that gives back of the bound; `block` if the index has
  /// it.
  private record Owed(long serial, long cost, @Nullable Block block) {}

  /// It is not looked at before [#bringUp].
  CacheDirectory(Path path, BlockStore store, CacheSettings settings) {
    this.path = path.toAbsolutePath().normalize();
    this.store = store;
    this.blockSize = Math.toIntExact(settings.block().bytes());
    CacheCalls limits = settings.calls();
    String name = "cache directory " + this.path;
    check = new DirectoryCheck(this.path.resolve("filling"), this.path.resolve("blocks"));
    fence = new Fence(this.path, name, this::recover, limits.checkEvery(), Long.MAX_VALUE);
    calls = new Calls(name, new CallSettings(limits.patience(), limits.most()), fence);
    closer = new Closer(calls);
    index = new IndexFile(this.path, blockSize);
  }

  /// The disk does not answer, or did not a moment ago.
  static final class Silent extends IOException {
    private static final long serialVersionUID = 1;

    Silent(Unresponsive why) {
      super(why.getMessage(), why);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /// Makes what is not there yet, and has the store know of the blocks that are. Where the disk
  /// does not answer it fails with [Unresponsive], and does so itself when the disk does.
  ///
  /// @throws IOException when it cannot be used, or another process uses it
  void bringUp() throws IOException {
    calls.check(1, this::take);
    // A call of an earlier attempt, which has not returned, may still write to the one before.
    index.retire();
    var log = new IndexFile(path, blockSize);
    index = log;
    IndexFile.Reading records = log.read();
    boolean complete = true;
    try {
      while (calls.check(1, records::fetch)) complete &= store.restore(this, records);
    } finally {
      closer.add(records::close);
    }
    first = store.nextSerials();
    if (!records.isWhole()) {
      LongPredicate known = known();
      for (int fan = 0; fan < FANS; fan++) {
        Path swept = path.resolve(fanOf(fan));
        calls.check(1, () -> sweep(swept, known));
      }
      unswept = false;
    }
    if (records.isWhole() && complete) {
      calls.check(1, () -> log.goOn(records));
    } else {
      calls.check(INDEX_TIMES, () -> log.rewrite(() -> store.list(this)));
    }
    loaded = true;
  }

  /// Which serials are of its blocks.
  private LongPredicate known() {
    long[] all = store.serials(this);
    return serial -> Arrays.binarySearch(all, serial) >= 0;
  }

  private boolean take() throws IOException {
    if (taken != null) return true;
    Files.createDirectories(path.resolve("filling"));
    Files.createDirectories(path.resolve("blocks"));
    FileChannel lock =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean whole = false;
    try {
      if (lock.tryLock() == null) throw inUse();
      try (DirectoryStream<Path> left = Files.newDirectoryStream(path.resolve("filling"))) {
        for (Path file : left) Files.delete(file);
      }
      FileStore disk = Files.getFileStore(path);
      taken = new Taken(lock, disk, new Sizes(disk, calls), ReadableFile.opensCached(disk));
      whole = true;
      return true;
    } catch (OverlappingFileLockException e) {
      throw inUse();
    } finally {
      if (!whole || closed) lock.close();
    }
  }

  private IOException inUse() {
    return new IOException(
        "another process uses the cache directory %s; give each its own".formatted(path));
  }

  /// Finds out whether the disk answers again, and makes up for what could not be done meanwhile.
  private void recover() throws IOException {
    if (!loaded) {
      bringUp();
      return;
    }
    calls.check(
        1,
        () -> {
          check.run();
          return true;
        });
    while (!owed.isEmpty()) settle(some -> calls.check(1, () -> remove(some, index)));
    // The old one may have ended anywhere, and a call that has not returned may still write to it.
    index.retire();
    var fresh = new IndexFile(path, blockSize);
    calls.check(INDEX_TIMES, () -> fresh.rewrite(() -> store.list(this)));
    index = fresh;
    fans.clear();
  }

  /// Whether its blocks can be had, as far as that is known.
  boolean isThere() {
    return loaded && !fence.isSilent();
  }

  /// Calls that nobody waits for any more, and that have not returned.
  int hung() {
    return calls.hung();
  }

  Path path() {
    return path;
  }

  private Taken taken() {
    Taken known = taken;
    if (known == null) throw new IllegalStateException(path + " was never there");
    return known;
  }

  /// The disk it is on.
  FileStore disk() {
    return taken().disk;
  }

  /// As of a moment ago.
  Sizes sizes() {
    return taken().sizes;
  }

  Closer closer() {
    return closer;
  }

  private static String fanOf(long serial) {
    return "blocks/%02x".formatted(serial & (FANS - 1));
  }

  Path file(long serial) {
    return path.resolve(fanOf(serial)).resolve(Long.toHexString(serial));
  }

  Path filling(long serial) {
    return path.resolve("filling").resolve(Long.toHexString(serial));
  }

  /// Makes a call; fails with [Silent] when the disk does not answer.
  <T extends @Nullable Object> T make(Calls.Call<T> call, Calls.Late<T> late) throws IOException {
    try {
      return calls.make(call, late);
    } catch (Unresponsive e) {
      throw new Silent(e);
    }
  }

  /// Opens a block for a reader.
  BlockFile open(Block block) throws IOException {
    Path file = file(block.serial());
    BlockFile cached = taken().opensCached ? BlockFile.openCached(file, block, this) : null;
    return cached != null
        ? cached
        : make(() -> BlockFile.open(file, block, this), CacheDirectory::closeLate);
  }

  /// What the file of a block says that it is of.
  byte[] label(Block block) throws IOException {
    return make(
        () -> {
          try (ReadableFile file = ReadableFile.open(file(block.serial()), closer)) {
            return BlockFooter.label(file, block);
          }
        },
        _ -> {});
  }

  private static void closeLate(@Nullable BlockFile late) {
    if (late != null) late.close();
  }

  /// Opens one that is being written; it may just have become whole.
  BlockFile openUnderway(long serial, int length, int[] table) throws IOException {
    return make(
        () -> {
          try {
            return BlockFile.underway(filling(serial), length, table, this);
          } catch (NoSuchFileException e) {
            return BlockFile.underway(file(serial), length, table, this);
          }
        },
        CacheDirectory::closeLate);
  }

  /// Where calls that begin now note down what they did.
  IndexFile index() {
    return index;
  }

  /// Gives a block that was written its name. By whoever may wait for the disk.
  void publish(Block block, IndexFile log) throws IOException {
    log.there(block);
    int fan = (int) (block.serial() & (FANS - 1));
    if (!fans.contains(fan)) Files.createDirectories(path.resolve(fanOf(fan)));
    fans.add(fan);
    Files.move(filling(block.serial()), file(block.serial()), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Takes the files of blocks away and gives their room back; when the disk does not answer,
  /// later. What cannot be deleted is found by the next start.
  void delete(List<Block> blocks) {
    List<Owed> all = new ArrayList<>();
    for (Block block : blocks) all.add(new Owed(block.serial(), block.cost(), block));
    delete(all.iterator());
  }

  /// Likewise what was staged, and did not become a block.
  void discard(long serial, long room) {
    delete(List.of(new Owed(serial, room, null)).iterator());
  }

  /// Room of what was never written.
  void giveBack(long room) {
    store.free(room);
  }

  /// Deletes what a call left that nobody waits for any more. By whoever may wait for the disk.
  void removeLate(long serial, long room) {
    var late = List.of(new Owed(serial, room, null));
    try {
      remove(late, index);
    } catch (IOException e) {
      BlockStore.LOG.warn("what was written too late is left: {}", e.toString());
    }
    free(late);
  }

  private void delete(Iterator<Owed> all) {
    while (all.hasNext()) {
      List<Owed> some = new ArrayList<>();
      while (all.hasNext() && some.size() < DELETED_AT_ONCE) some.add(all.next());
      try {
        IndexFile log = index;
        make(() -> remove(some, log), _ -> {});
      } catch (Silent e) {
        owed.addAll(some);
        continue;
      } catch (IOException e) {
        store.failed(this, e);
      }
      free(some);
    }
  }

  private void free(List<Owed> some) {
    for (Owed each : some) store.free(each.cost);
  }

  /// By whoever may wait for the disk. Deletes as many as it can, and fails with the last failure.
  private boolean remove(List<Owed> some, IndexFile log) throws IOException {
    IOException failure = null;
    for (Owed each : some) {
      try {
        if (each.block == null) Files.deleteIfExists(filling(each.serial));
        Files.deleteIfExists(file(each.serial));
        if (each.block != null) log.gone(each.block);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) throw failure;
    return true;
  }

  /// A way to have files deleted.
  private interface Deletion {
    void of(List<Owed> some) throws IOException;
  }

  /// Deletes some of what is owed.
  private void settle(Deletion deletion) throws IOException {
    List<Owed> some = new ArrayList<>();
    for (Owed next = owed.poll(); next != null; next = owed.poll()) {
      some.add(next);
      if (some.size() == DELETED_AT_ONCE) break;
    }
    boolean unknown = true;
    try {
      deletion.of(some);
      unknown = false;
    } catch (IOException e) {
      unknown = e instanceof Silent;
      if (unknown) throw e;
      store.failed(this, e);
    } finally {
      if (unknown) {
        owed.addAll(some);
      } else {
        free(some);
      }
    }
  }

  /// Does what was left to be done: deletes what is owed, and, once, files of earlier runs that are
  /// not known.
  void tend() throws IOException {
    while (isThere() && !owed.isEmpty()) settle(some -> make(() -> remove(some, index), _ -> {}));
    if (!isThere() || !unswept) return;
    LongPredicate known = known();
    for (int fan = 0; fan < FANS && !closed; fan++) {
      Path swept = path.resolve(fanOf(fan));
      make(() -> sweep(swept, known), _ -> {});
    }
    unswept = false;
  }

  /// Deletes files of earlier runs, those with serials below `first`, that are not known.
  private boolean sweep(Path fan, LongPredicate known) throws IOException {
    List<Path> strays = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(fan)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!SERIAL.matcher(name).matches()) continue; // none of ours
        long serial = Long.parseUnsignedLong(name, 16);
        if (serial < first && !known.test(serial)) strays.add(file);
      }
    } catch (NoSuchFileException e) {
      return true;
    }
    for (Path stray : strays) Files.deleteIfExists(stray);
    return true;
  }

  /// Writes the index anew where that is time.
  void keepIndexShort() {
    IndexFile log = index;
    if (!log.needsRewrite()) return;
    try {
      rewrite(log);
    } catch (IOException e) {
      store.failed(this, e);
    }
  }

  private void rewrite(IndexFile log) throws IOException {
    try {
      calls.make(INDEX_TIMES, () -> log.rewrite(() -> store.list(this)), _ -> {});
    } catch (Unresponsive e) {
      throw new Silent(e);
    }
  }

  /// Writes nothing here for a while, after a write failed.
  void pause(Instant now) {
    pausedUntil = now.plusSeconds(PAUSE_SECONDS);
  }

  boolean takesBlocks(Instant now) {
    return isThere() && !now.isBefore(pausedUntil);
  }

  /// Writes down what eviction knows. Of a disk that does not answer files and lock are left to the
  /// end of the process.
  void close() {
    closed = true;
    fence.close();
    Taken open = taken;
    if (open == null || fence.isSilent()) return;
    IndexFile log = index;
    try {
      if (loaded) rewrite(log);
      make(
          () -> {
            log.close();
            open.lock.close();
            return true;
          },
          _ -> {});
      closer.end();
    } catch (IOException e) {
      BlockStore.LOG.warn("cache directory {} was not closed: {}", path, e.toString());
    }
  }
}
