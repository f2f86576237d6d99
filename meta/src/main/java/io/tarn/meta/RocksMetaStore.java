package io.tarn.meta;

import io.tarn.observe.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A [MetaStore] on RocksDB in one directory of this node, for one process at a time.
///
/// Commits go through one [GroupCommitter]. Reads first look into memory on the caller's thread and
/// go to a small pool of platform threads when a file must be read, for a virtual thread inside a
/// native call holds its carrier.
///
/// The directory holds `db` (RocksDB's files), `watermark`, `lock`, `ballast` and `native` (the
/// unpacked library).
public final class RocksMetaStore implements MetaStore {

  private static final Logger LOG = LoggerFactory.getLogger(RocksMetaStore.class);

  private static final String DATABASE = "db";
  private static final String WATERMARK = "watermark";

  private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(3);

  // A larger page keeps a carrier busy for too long even when all of it is in memory.
  // This is one of S3, and the row that says whether there are more.
  private static final int INLINE_PAGE = 1_001;
  // Each group may cost a seek, as much as some twenty rows.
  private static final int INLINE_GROUPS = 50;

  /// Reads for commits have threads of their own: behind listings that go to the disk every write
  /// would wait.
  private static final int GUARD_THREADS = 4;

  private final Path directory;
  private final StoreLock lock;
  private final RocksEngine engine;
  private final Watermark watermark;
  private final RocksWriter writer;
  private final ChangeFeed feed = new ChangeFeed();
  private final GroupCommitter committer;
  private final ReadPool pool;
  private final ReadPool guards;
  private final DiskRoom room;
  private final Gate gate = new Gate();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RocksMetaStore(
      Place place, RocksEngine engine, Watermark watermark, MetaSettings settings) {
    this.directory = place.directory;
    this.lock = place.lock;
    this.engine = engine;
    this.watermark = watermark;
    this.pool = new ReadPool("meta-read-", settings.reads().threads(), settings.reads().queue());
    this.guards = new ReadPool("meta-guard-", GUARD_THREADS, settings.commits().group());
    this.room = new DiskRoom(directory, settings.reserve().bytes(), engine);
    this.writer = new RocksWriter(engine, guards, watermark, room);
    this.committer = new GroupCommitter(writer, settings.commits(), gate, feed, room::ranOut);
  }

  /// Whether a store was made in `directory` and its files are there. Fails where that cannot be
  /// seen.
  public static boolean isThere(Path directory) throws IOException {
    Path current = directory.resolve(DATABASE).resolve("CURRENT");
    try {
      return Files.readAttributes(current, BasicFileAttributes.class).isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Opens or creates the store. `contents` are the keys of rows that hold contents: large values,
  /// written once, read whole and deleted for the room they take. They are kept apart from the
  /// rest, so the range must be the same for as long as there are such rows; with another one the
  /// store is refused as [MetaException.Corrupt]. On a small disk it uses less than `wanted` (see
  /// [MetaSettings#fitting]). Fails with [MetaException.Corrupt] when a file is damaged or missing
  /// and with [MetaException.Unavailable] when another process has it open or the disk refuses.
  public static RocksMetaStore open(Path directory, MetaSettings wanted, KeyRange contents) {
    try {
      Files.createDirectories(directory);
      // First of all: the ballast is not to be taken from a running server.
      StoreLock lock = StoreLock.take(directory);
      try {
        return open(new Place(directory, lock), wanted, contents);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new MetaException.Unavailable("cannot open the metadata store in " + directory, e);
    }
  }

  private static RocksMetaStore open(Place place, MetaSettings wanted, KeyRange contents)
      throws IOException {
    Path directory = place.directory;
    Path database = Files.createDirectories(directory.resolve(DATABASE));
    Path watermarkFile = directory.resolve(WATERMARK);
    MetaSettings settings = wanted.fitting(directory.toFile().getTotalSpace());
    DiskRoom.makeWay(directory, settings.reserve().bytes());
    RocksLibrary.load(directory.resolve("native"));
    boolean created = !Files.exists(watermarkFile);
    if (created) Directories.syncUpwards(directory);
    RocksEngine engine = RocksRecovery.open(database, watermarkFile, settings, contents);
    // Not before: what it says was acknowledged must be on the disk.
    Watermark watermark = Watermark.open(watermarkFile);
    watermark.advance(engine.sequence());
    if (created) {
      watermark.sync();
      Directories.sync(directory);
    }
    return new RocksMetaStore(place, engine, watermark, settings);
  }

  /// The directory, and the right to it.
  private record Place(Path directory, StoreLock lock) {}

  @Override
  public Limits limits() {
    return Limits.USUAL;
  }

  @Override
  public CompletionStage<Optional<Entry>> get(MetaKey key) {
    // Contents of objects mostly live in blob files, which the block cache does not hold.
    boolean inline = !engine.isContents(key);
    return tiered(cachedOnly -> find(key, cachedOnly), inline);
  }

  @SuppressWarnings("NullableOptional") // null is "not cached", empty is "no such row"
  private @Nullable Optional<Entry> find(MetaKey key, boolean cachedOnly) {
    Known row = engine.get(key, cachedOnly);
    return row == null ? null : row.found();
  }

  @Override
  public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    List<MetaKey> wanted = List.copyOf(keys);
    return tiered(cachedOnly -> engine.getAll(wanted, cachedOnly), wanted.size() <= INLINE_PAGE);
  }

  @Override
  public CompletionStage<Page> scan(Scan scan) {
    int most = scan.rollupAt() < 0 ? INLINE_PAGE : INLINE_GROUPS;
    return tiered(cachedOnly -> RocksScan.page(engine, scan, cachedOnly), scan.limit() <= most);
  }

  /// A read that answers null when it may only use memory and that does not suffice.
  private interface TieredRead<T> {
    @Nullable T read(boolean cachedOnly);
  }

  private <T> CompletionStage<T> tiered(TieredRead<T> read, boolean inline) {
    if (inline) {
      try {
        T answer = guarded(read, true);
        if (answer != null) return CompletableFuture.completedFuture(answer);
      } catch (MetaException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return pool.submit(
        () -> {
          T answer = guarded(read, false);
          if (answer == null) {
            throw new IllegalStateException("a read of any tier was left incomplete");
          }
          return answer;
        });
  }

  private <T> @Nullable T guarded(TieredRead<T> read, boolean cachedOnly) {
    gate.enter();
    try {
      return read.read(cachedOnly);
    } finally {
      gate.leave();
    }
  }

  @Override
  public CompletionStage<CommitResult> commit(Batch batch) {
    try {
      int bytes = BatchLimits.measure(batch, Limits.USUAL);
      room.admit(batch, bytes);
      gate.enter();
      return committer.submit(batch, bytes);
    } catch (MetaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return feed.subscribe(ranges, listener);
  }

  @Override
  public CompletionStage<List<Damage>> verify() {
    return onDisk(
        () -> new RocksVerification(engine, directory.resolve(DATABASE), gate::isClosing).run());
  }

  @Override
  public CompletionStage<Long> backup(Path directory) {
    return onDisk(() -> copy(directory));
  }

  /// RocksDB writes its write buffers out for it, and on a full disk would wait for room.
  private long copy(Path to) {
    if (room.isLow()) throw new MetaException.Unavailable("the disk of the metadata is full", null);
    try {
      Files.createDirectory(to);
      long sequence = engine.backup(to.resolve(DATABASE));
      List<Damage> damaged = RocksVerification.ofFiles(to.resolve(DATABASE));
      if (!damaged.isEmpty()) {
        throw new MetaException.Corrupt("the copy is damaged: " + damaged, null);
      }
      try (Watermark reached = Watermark.open(to.resolve(WATERMARK))) {
        reached.advance(sequence);
        reached.sync();
      }
      return sequence;
    } catch (IOException e) {
      throw new MetaException.Unavailable("no backup in %s: %s".formatted(to, e), e);
    }
  }

  private <T> CompletionStage<T> onDisk(Supplier<T> work) {
    return pool.submit(
        () -> {
          gate.enter();
          try {
            return work.get();
          } finally {
            gate.leave();
          }
        });
  }

  @Override
  public Health health() {
    Optional<String> problem = committer.trouble();
    boolean full = problem.isEmpty() && room.isLow();
    if (full) problem = Optional.of("the disk is full: only deletes are taken");
    return new Health(
        Health.Role.SINGLE,
        problem.isEmpty() && !closed.get(),
        full,
        committer.queued(),
        committer.figures().sequence(),
        0,
        problem);
  }

  /// Queue, groups, flush time, memory.
  @Override
  public void publish(Metrics metrics) {
    metrics.gauge(
        "tarn_meta_commits_waiting", "Commits accepted, not yet answered.", committer::queued);
    metrics.counter("tarn_meta_commits", "Commits answered.", () -> committer.figures().batches());
    metrics.counter(
        "tarn_meta_commit_groups",
        "Flushes, each of one group of commits.",
        () -> committer.figures().groups());
    metrics.counter(
        "tarn_meta_commit_flush_microseconds",
        "Time spent in flushes.",
        () -> committer.figures().flushNanos() / 1_000);
    metrics.gauge("tarn_meta_cache_bytes", "Block cache and write buffers.", this::cacheUsage);
  }

  private double cacheUsage() {
    try {
      gate.enter();
    } catch (MetaException.Unavailable _) {
      return 0;
    }
    try {
      return engine.cacheUsage();
    } finally {
      gate.leave();
    }
  }

  /// Where reads wait for the disk.
  ReadPool readers() {
    return pool;
  }

  /// Running totals of the committer.
  GroupCommitter.Figures figures() {
    return committer.figures();
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) return;
    try {
      gate.close();
      room.close();
      committer.stop();
      feed.close();
      pool.close();
      guards.close();
      if (committer.trouble().isEmpty()) engine.flush(FLUSH_PATIENCE);
      watermark.sync();
    } catch (RocksDBException | IOException e) {
      // Nothing is lost: what was acknowledged is in the log, and the next start replays it.
      LOG.warn("the metadata store could not be flushed on close: {}", e.getMessage());
    }
    writer.close();
    engine.close();
    try {
      watermark.close();
      lock.close();
    } catch (IOException e) {
      LOG.warn("the watermark or the lock could not be closed", e);
    }
  }
}
