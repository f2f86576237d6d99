package io.tarn.cache;

import io.tarn.io.CheckBuffers;
import io.tarn.observe.SystemError;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The blocks of a near-cache, in files, within a bound of bytes that counts what is being written
/// and what was forgotten but is still read. Thread-safe.
///
/// It fails by having less: what cannot be read is dropped and counted, and where there is no room,
/// or a disk does not take it, nothing is kept. Blocks and their index are not synced: whatever a
/// crash leaves is checked before it is used.
public final class BlockStore implements AutoCloseable {
  static final Logger LOG = LoggerFactory.getLogger(BlockStore.class);
  private static final Duration SPACE_EVERY = Duration.ofSeconds(1);

  private final CacheSettings settings;
  private final InstantSource clock;
  private final FreeSpace space;
  private final Blocks geometry;
  private final List<CacheDirectory> directories = new ArrayList<>();
  private final CachedBlocks cached;
  private final ReentrantLock making = new ReentrantLock();
  private final Map<Removal, Long> removals = new EnumMap<>(Removal.class);
  private final Set<Block> forgotten = new LinkedHashSet<>(); // and still held by readers
  private volatile RemovalListener listener = (_, _) -> {};
  private volatile @Nullable Thread shedder;
  private volatile boolean closed;
  private long serial;
  private long used;
  private long ceiling = Long.MAX_VALUE;

  /// Free bytes on the disks that the directories are on.
  interface FreeSpace {
    long under(List<CacheDirectory> directories) throws IOException;
  }

  /// Is told which bucket's block went, and why. Must be quick.
  interface RemovalListener {
    void removed(long bucket, Removal why);
  }

  private BlockStore(CacheSettings settings, InstantSource clock, FreeSpace space) {
    this.settings = settings;
    this.clock = clock;
    this.space = space;
    this.geometry = new Blocks(Math.toIntExact(settings.block().bytes()));
    this.cached = new CachedBlocks(settings.size().bytes());
    for (Removal why : Removal.values()) removals.put(why, 0L);
  }

  /// Uses these directories, at least one, and no other process does. Blocks of an earlier run are
  /// there again.
  public static BlockStore open(List<Path> directories, CacheSettings settings, InstantSource clock)
      throws IOException {
    BlockStore store = open(directories, settings, clock, new DiskSpace());
    store.shedder = Thread.ofVirtual().name("cache-space").start(store::watchSpace);
    return store;
  }

  static BlockStore open(
      List<Path> directories, CacheSettings settings, InstantSource clock, FreeSpace space)
      throws IOException {
    if (directories.isEmpty()) throw new IllegalArgumentException("a cache needs a directory");
    var store = new BlockStore(settings, clock, space);
    // Greater than any of an earlier run, whether or not its index is whole.
    store.serial = clock.millis() << 20;
    for (Path path : directories) store.directories.add(new CacheDirectory(path, store, settings));
    try {
      for (CacheDirectory directory : store.directories) store.bringUp(directory);
    } catch (IOException | RuntimeException e) {
      store.directories.forEach(CacheDirectory::close); // as it was
      throw e;
    }
    Thread.ofVirtual().name("cache-sweep").start(store::tend);
    store.makeRoom(0);
    return store;
  }

  /// One that does not answer is no reason not to start.
  private void bringUp(CacheDirectory directory) throws IOException {
    try {
      directory.bringUp();
    } catch (StoreFailure.Unresponsive e) {
      LOG.error("the cache begins without {}, which does not answer", directory.path());
    }
  }

  /// The one who is told from now on.
  void tell(RemovalListener who) {
    listener = who;
  }

  private void count(Block block, Removal why) {
    removals.merge(why, 1L, Long::sum);
    listener.removed(block.bucket(), why);
  }

  /// Takes in blocks that a directory had in an earlier run, unless they are elsewhere, too. False
  /// where its log has more than that.
  synchronized boolean restore(CacheDirectory directory, IndexFile.Reading records) {
    boolean complete = true;
    for (IndexFile.Listed each = records.next(directory);
        each != null;
        each = records.next(directory)) {
      Block block = each.block();
      serial = Math.max(serial, block.serial() + 1);
      Block known = cached.find(block);
      if (known != null && known.directory() != directory) {
        complete &= each.gone(); // its file is a stray now
        continue;
      }
      boolean same = known != null && known.serial() == block.serial();
      // Another of the same id that the log has later: the earlier one's file is a stray.
      if (known != null && same == each.gone()) {
        complete &= same;
        cached.remove(known);
        used -= known.cost();
      }
      if (each.gone() || same) continue;
      cached.restore(block, each.main() ? Block.Queue.MAIN : Block.Queue.SMALL);
      used += block.cost();
    }
    return complete;
  }

  /// All blocks that come from now on have a greater serial, or this.
  synchronized long nextSerials() {
    return serial;
  }

  synchronized long[] serials(CacheDirectory directory) {
    return cached.serials(directory);
  }

  synchronized List<Block> list(CacheDirectory directory) {
    return cached.list(directory);
  }

  private void tend() {
    for (CacheDirectory directory : directories) {
      try {
        directory.tend();
      } catch (IOException e) {
        failed(directory, e);
      }
    }
  }

  private void watchSpace() {
    while (!closed) {
      try {
        Thread.sleep(SPACE_EVERY);
      } catch (InterruptedException e) {
        return; // closed
      }
      shed();
      tend();
    }
  }

  /// Looks how much space is free, and gives up blocks where it is too little.
  void shed() {
    List<CacheDirectory> there = directories.stream().filter(CacheDirectory::isThere).toList();
    if (there.isEmpty()) return;
    try {
      long free = space.under(there);
      synchronized (this) {
        ceiling = Math.max(0, used + free - settings.reserve().bytes());
      }
      makeRoom(0);
    } catch (IOException e) {
      LOG.warn("the free space of the cache is not known: {}", e.toString());
    }
  }

  /// Gives up blocks of so many bytes, if there are, where one of the directories is on that disk:
  /// something else needs the room more.
  void giveWay(FileStore disk, long bytes) {
    if (directories.stream().noneMatch(each -> each.isThere() && each.disk().equals(disk))) return;
    synchronized (this) {
      ceiling = Math.max(0, used - bytes);
    }
    makeRoom(0);
  }

  Blocks blocks() {
    return geometry;
  }

  CacheSettings settings() {
    return settings;
  }

  /// The block, if it is there; that it was looked for counts for it.
  @Nullable Block find(BlockId id) {
    Block block = peek(id);
    if (block != null) block.touch();
    return block;
  }

  /// As [#find], though nobody wanted it but for whom it was fetched.
  @Nullable Block peek(BlockId id) {
    Block block = cached.find(id);
    return block != null && block.directory().isThere() ? block : null;
  }

  boolean has(BlockId id) {
    return peek(id) != null;
  }

  /// Keeps it readable for who comes to it later, though not if its room is needed.
  synchronized boolean hold(Block block) {
    if (block.gone) return false;
    block.holds++;
    return true;
  }

  void release(Block block) {
    boolean last;
    synchronized (this) {
      block.holds--;
      last = isLast(block);
    }
    if (last) delete(block);
  }

  private boolean isLast(Block block) {
    return block.opens == 0 && block.holds == 0 && forgotten.remove(block);
  }

  /// Opens it. Null when it is not there any more, or its disk does not answer; it is dropped if it
  /// cannot be read.
  @Nullable BlockFile open(Block block) {
    synchronized (this) {
      if (!block.directory().isThere()) return null;
      if (block.gone && !forgotten.contains(block)) return null;
      block.opens++;
    }
    BlockFile file = null;
    try {
      file = block.directory().open(block).whenClosed(() -> closedOne(block));
      return file;
    } catch (IOException e) {
      unreadable(block, e);
      return null;
    } finally {
      if (file == null) closedOne(block);
    }
  }

  /// After a read failed. A disk that does not answer says nothing of the block, nor does a process
  /// that has too many files open.
  void unreadable(Block block, IOException e) {
    if (e instanceof CacheDirectory.Silent || SystemError.isOfProcess(e)) return;
    LOG.warn("a cached block cannot be read, and is dropped: {}", e.toString());
    drop(block, Removal.DAMAGED);
  }

  private void closedOne(Block block) {
    boolean last;
    synchronized (this) {
      block.opens--;
      last = isLast(block);
    }
    if (last) delete(block);
  }

  /// Room for a block of so many bytes; null when there is none, or no disk takes it. `waited`:
  /// somebody waits for each chunk.
  @Nullable StagedBlock stage(int length, byte[] label, boolean waited) {
    long number = nextSerial();
    CacheDirectory directory = choose(number);
    if (directory == null) return null;
    long cost = Block.cost(BlockFooter.fileBytes(length, label.length));
    if (!makeRoom(cost)) return null;
    int step = waited ? BlockFooter.CHUNK : CheckBuffers.BYTES;
    return new StagedBlock(directory, number, cost, length, step);
  }

  private synchronized long nextSerial() {
    return serial++;
  }

  private @Nullable CacheDirectory choose(long number) {
    Instant now = clock.instant();
    int count = directories.size();
    for (int i = 0; i < count; i++) {
      CacheDirectory directory = directories.get((int) ((number + i) % count));
      if (directory.takesBlocks(now)) return directory;
    }
    return null;
  }

  /// After a write failed: nothing is written to that disk for a while.
  void failed(CacheDirectory directory, IOException e) {
    if (e instanceof CacheDirectory.Silent) return; // which is left alone already
    LOG.warn("cache directory {} does not take a block: {}", directory.path(), e.toString());
    directory.pause(clock.instant());
  }

  /// Makes a block of what was written. False when that fails; then it is discarded.
  boolean commit(StagedBlock staged, BlockId id, byte[] label, boolean pin) {
    Block block;
    try {
      block = staged.commit(id, label);
    } catch (IOException e) {
      failed(staged.directory(), e);
      staged.discard();
      return false;
    }
    Block before;
    synchronized (this) {
      used += block.cost() - staged.room();
      before = cached.add(block, pin);
      if (before != null) forgotten.add(before);
    }
    if (before != null) removed(before, Removal.REPLACED);
    block.directory().keepIndexShort();
    return true;
  }

  /// Has it stay. False when so much may not be pinned.
  synchronized boolean pin(Block block) {
    return cached.pin(block);
  }

  /// Lets it go when its turn comes.
  synchronized void unpin(Block block) {
    cached.unpin(block);
  }

  /// Takes it away, as somebody asked; false when it is pinned.
  boolean evict(Block block) {
    synchronized (this) {
      if (block.pinned) return block.gone;
      if (!cached.remove(block)) return true;
      forgotten.add(block);
    }
    removed(block, Removal.ASKED);
    return true;
  }

  /// Those that are there, in no order, while they come and go.
  void forEach(Consumer<Block> action) {
    cached.forEach(action);
  }

  /// What is cached of a bucket.
  synchronized CacheShare share(long bucket) {
    return cached.share(bucket);
  }

  synchronized void free(long cost) {
    used -= cost;
  }

  /// All blocks of an object that is not so any more.
  void forget(Identity identity) {
    if (identity.size() == 0) return;
    int last = geometry.last(identity.size());
    for (int number = 0; number <= last; number++) {
      Block block = cached.find(identity.block(number));
      if (block != null) drop(block, Removal.REPLACED);
    }
  }

  void drop(Block block, Removal why) {
    synchronized (this) {
      if (!cached.remove(block)) return;
      forgotten.add(block); // who reads or holds it goes on
    }
    removed(block, why);
  }

  private void removed(Block block, Removal why) {
    boolean last;
    synchronized (this) {
      count(block, why);
      last = isLast(block);
    }
    if (last) delete(block);
  }

  /// Takes `cost` of the bound, when blocks enough can go for it.
  private boolean makeRoom(long cost) {
    if (take(cost)) return true;
    making.lock();
    try {
      while (!take(cost)) {
        List<Block> victims = victims(cost);
        if (victims.isEmpty()) return false;
        delete(victims);
      }
      return true;
    } finally {
      making.unlock();
    }
  }

  private synchronized boolean take(long cost) {
    if (used + cost > Math.min(settings.size().bytes(), ceiling)) return false;
    used += cost;
    return true;
  }

  private synchronized List<Block> victims(long cost) {
    long over = used + cost - Math.min(settings.size().bytes(), ceiling);
    List<Block> victims = new ArrayList<>();
    for (Iterator<Block> each = forgotten.iterator(); over > 0 && each.hasNext(); ) {
      Block block = each.next();
      if (block.opens > 0 || !block.directory().isThere()) continue;
      each.remove();
      victims.add(block);
      over -= block.cost();
    }
    while (over > 0) {
      Block block = cached.next();
      if (block == null) break;
      count(block, Removal.wanting(ceiling < settings.size().bytes()));
      victims.add(block);
      over -= block.cost();
    }
    return victims;
  }

  /// Their bytes count until their files are gone.
  private void delete(List<Block> blocks) {
    for (CacheDirectory directory : directories) {
      List<Block> there = blocks.stream().filter(b -> b.directory() == directory).toList();
      if (!there.isEmpty()) directory.delete(there);
    }
  }

  private void delete(Block block) {
    block.directory().delete(List.of(block));
  }

  /// How full it is, and what became of what was in it.
  public synchronized CacheUsage usage() {
    return new CacheUsage(
        settings.size().bytes(),
        used,
        cached.bytes(),
        cached.pinned(),
        cached.count(),
        Map.copyOf(removals),
        cached.ghosts());
  }

  /// Directories whose disks do not answer.
  public int silentDirectories() {
    return (int) directories.stream().filter(directory -> !directory.isThere()).count();
  }

  /// Calls to their disks that did not end in time, and still have not.
  public int hungCalls() {
    return directories.stream().mapToInt(CacheDirectory::hung).sum();
  }

  /// Writes down what eviction knows. Open blocks can be read to their end.
  @Override
  public void close() {
    closed = true;
    Thread running = shedder;
    if (running != null) running.interrupt();
    directories.forEach(CacheDirectory::close);
  }
}
