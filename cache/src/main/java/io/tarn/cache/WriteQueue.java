package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.ByteRange;
import io.tarn.store.Content;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.Payload;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes that were acknowledged here and are not at their origins yet: the only copy there is.
/// They outlive the process and power cuts. One for all origins of a node, in a directory of its
/// own ([QueueDirectory]).
///
/// A write is queued in this order: bytes staged and synced, renamed, their directory synced, then
/// the record of the log. It goes in the other: the record that it went, then its bytes. So a crash
/// leaves at worst bytes that the log does not know of, which the next start deletes.
public final class WriteQueue implements AutoCloseable {
  static final Logger LOG = LoggerFactory.getLogger(WriteQueue.class);

  private static final long SEGMENT_BYTES = 64 << 20;

  private final BackSettings settings;
  private final QueueDirectory directory;
  private final WriteLog log;
  private final QueueRoom room;
  private final InstantSource clock;
  private final AtomicLong numbers = new AtomicLong(); // serials, and names of files
  private final Map<Long, BucketQueue> buckets = new ConcurrentHashMap<>();
  private final Map<Long, QueueRoom.Held> held = new ConcurrentHashMap<>(); // by serial
  private final Map<String, Listener> listeners = new ConcurrentHashMap<>(); // by origin

  /// Told of keys that have something to upload.
  interface Listener {
    void due(QueuedKey key, Instant at);
  }

  private WriteQueue(
      BackSettings settings, QueueDirectory directory, WriteLog log, InstantSource clock) {
    this.settings = settings;
    this.directory = directory;
    this.log = log;
    this.room = new QueueRoom(settings, directory);
    this.clock = clock;
  }

  /// Opens the queue in a directory, or makes one.
  ///
  /// @throws IOException when it cannot be used, or something in it is not what was written:
  /// nothing is changed then
  public static WriteQueue open(
      Path directory, BackSettings settings, CacheCalls calls, InstantSource clock)
      throws IOException {
    return open(directory, settings, calls, clock, SEGMENT_BYTES);
  }

  /// As [#open], with files of the log of another size.
  public static WriteQueue open(
      Path path, BackSettings settings, CacheCalls calls, InstantSource clock, long segmentBytes)
      throws IOException {
    QueueDirectory directory = QueueDirectory.open(path, calls);
    try {
      WriteLog log = WriteLog.open(directory, segmentBytes);
      try {
        var queue = new WriteQueue(settings, directory, log, clock);
        queue.recover();
        directory.alsoCheck(log::requireAnswers);
        return queue;
      } catch (IOException | RuntimeException e) {
        log.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    List<QueuedWrite> writes = log.found().stream().map(live -> live.write).toList();
    Set<Long> files = new HashSet<>();
    long last = 0;
    Instant now = clock.instant();
    for (WriteLog.Live live : log.found()) {
      QueuedWrite write = live.write;
      last = Math.max(last, write.serial());
      QueuedWrite.Body body = write.body();
      long file = body == null ? 0 : body.file();
      if (file != 0) {
        files.add(file);
        last = Math.max(last, file);
      }
      var item = new QueuedKey.Item(live);
      BucketQueue bucket = of(write.bucket());
      QueuedKey key = bucket.enter(write.key(), settings.patience());
      // The one before it may have been on its way when the last run ended.
      if (key.isEmpty()) key.doubt(item, now.plus(settings.settle()));
      key.add(item, null);
      QueueRoom.Held taken = room.hold();
      taken.found(StagedBody.cost(write.size(), file != 0), write.entries());
      held.put(write.serial(), taken);
      bucket.add(item, taken.bytes());
      bucket.exit(key);
    }
    numbers.set(Math.max(last, directory.atStart(() -> directory.keepOnly(writes, files))));
  }

  /// Before a write is refused for want of space, blocks of this cache go, if it is on the same
  /// disk.
  public void before(BlockStore cache) {
    room.ask(bytes -> cache.giveWay(directory.disk(), bytes));
  }

  BackSettings settings() {
    return settings;
  }

  InstantSource clock() {
    return clock;
  }

  QueueRoom room() {
    return room;
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private BucketQueue of(Bucket bucket) {
    return buckets.computeIfAbsent(bucket.id(), _ -> new BucketQueue(bucket, clock));
  }

  @Nullable BucketQueue find(Bucket bucket) {
    BucketQueue found = buckets.get(bucket.id());
    return found == null || found.isEmpty() ? null : found;
  }

  /// The newest queued write of a key; null where none is queued.
  QueuedKey.@Nullable Item newest(Bucket bucket, Key key) {
    BucketQueue queue = buckets.get(bucket.id());
    QueuedKey found = queue == null ? null : queue.find(key);
    return found == null ? null : found.newest();
  }

  StagedBody stage(Incoming body) {
    if (body.length() > room.share()) {
      throw new IllegalStateException("too much to be queued: " + body.length());
    }
    return StagedBody.take(body, room, directory, numbers::incrementAndGet, now());
  }

  /// Has what was staged written elsewhere instead.
  <T> T through(StagedBody staged, Function<Incoming, T> write) {
    Content content = staged.content();
    if (staged.file() == 0) {
      return write.apply(QueuedBody.whole(new Payload.Bytes(staged.inline()), content));
    }
    try (QueuedFile file = QueuedFile.open(directory, staged.file(), content.size())) {
      var all = ByteRange.at(0, content.size());
      return write.apply(QueuedBody.whole(QueuedBody.piece(file, all), content));
    } catch (IOException e) {
      throw new StoreFailure.Unavailable("a body on its way to the origin cannot be read", e);
    }
  }

  /// A key whose state nobody else changes.
  final class Turn implements AutoCloseable {
    private final BucketQueue bucket;
    private final QueuedKey key;

    private Turn(BucketQueue bucket, QueuedKey key) {
      this.bucket = bucket;
      this.key = key;
    }

    QueuedKey.@Nullable Item newest() {
      return key.newest();
    }

    /// Waits until the origin has all of it, and nothing may yet happen to it there.
    void awaitSettled() {
      key.awaitSettled(settings.patience(), clock);
    }

    /// Queues a body; durable when it returns.
    Content put(Put put, StagedBody body) {
      Content content = body.content();
      var queued = new QueuedWrite.Body(put, content, body.file());
      QueuedWrite write = write(content.modified(), put.owner(), queued);
      enqueue(new Underway(bucket, key, write, body.held(), body::keep), body.inline());
      return content;
    }

    void delete(TenantId by) {
      try (QueueRoom.Held taken = room.hold()) {
        taken.takeBytes(StagedBody.cost(0, false));
        QueuedWrite write = write(now(), by, null);
        enqueue(new Underway(bucket, key, write, taken, taken::keep), new byte[0]);
      }
    }

    private QueuedWrite write(Instant at, TenantId by, QueuedWrite.@Nullable Body body) {
      return new QueuedWrite(numbers.incrementAndGet(), bucket.bucket(), key.key(), at, by, body);
    }

    private void enqueue(Underway underway, byte[] inline) {
      underway.begin();
      try {
        underway.came(Objects.requireNonNull(log.append(underway.records(), inline, underway)));
      } catch (StoreFailure e) {
        underway.failed(e);
        throw e;
      } finally {
        underway.end();
      }
    }

    @Override
    public void close() {
      bucket.exit(key);
    }
  }

  /// Fails with [StoreFailure.Unresponsive] where the disk has not said what the newest state is.
  Turn enter(Bucket bucket, Key key) {
    BucketQueue queue = of(bucket);
    var turn = new Turn(queue, queue.enter(key, settings.patience()));
    if (!turn.key.isUndecided()) return turn;
    turn.close();
    throw new StoreFailure.Unresponsive(
        "The disk of the write-back queue did not answer to an earlier write of %s. Please try again later."
            .formatted(key),
        null);
  }

  /// A write that is being queued. If its disk does not answer, whoever wants to have it queued
  /// goes away, and nobody else changes the key until the disk does.
  private final class Underway implements PendingAppends.Late {
    private final BucketQueue bucket;
    private final QueuedKey key;
    private final QueuedWrite write;
    private final QueueRoom.Held taken;
    private final Runnable keep;
    private QueuedKey.@Nullable Item replaced;
    private boolean left;

    /// - `keep`: the bytes, and the room for them, are the write's from now on
    Underway(
        BucketQueue bucket, QueuedKey key, QueuedWrite write, QueueRoom.Held taken, Runnable keep) {
      this.bucket = bucket;
      this.key = key;
      this.write = write;
      this.taken = taken;
      this.keep = keep;
    }

    void begin() {
      taken.takeEntries(write.entries());
      bucket.admit();
      replaced = key.reserve(clock.instant());
    }

    List<LogRecord> records() {
      List<LogRecord> records = new ArrayList<>();
      records.add(new LogRecord.Came(write));
      if (replaced != null) records.add(new LogRecord.Went(replaced.write().serial()));
      return records;
    }

    void came(WriteLog.Live live) {
      keep.run();
      var item = new QueuedKey.Item(live);
      held.put(write.serial(), taken);
      bucket.add(item, taken.bytes());
      key.add(item, replaced);
      if (replaced != null) forget(key, replaced);
    }

    void failed(StoreFailure failure) {
      if (left) return;
      if (failure instanceof StoreFailure.Indeterminate) keep.run(); // the log may have it
      if (replaced != null) key.keep(replaced);
    }

    void end() {
      if (left) return;
      bucket.admitted();
      announce(key);
    }

    @Override
    public void left() {
      left = true;
      keep.run();
      key.undecided(true);
      bucket.join(key);
    }

    @Override
    public void ended(WriteLog.@Nullable Live live, @Nullable StoreFailure failure) {
      if (live != null) {
        came(live);
      } else {
        if (replaced != null) key.keep(replaced);
        if (!(failure instanceof StoreFailure.Indeterminate)) giveUp(write, taken);
      }
      key.undecided(false);
      bucket.admitted();
      announce(key);
      bucket.leave(key);
    }
  }

  private void giveUp(QueuedWrite write, QueueRoom.Held taken) {
    QueuedWrite.Body body = write.body();
    if (body == null || body.isInLog()) {
      taken.give();
    } else {
      directory.delete(body.file(), taken::give);
    }
  }

  private void announce(QueuedKey key) {
    Instant due = key.due();
    if (due == null) return;
    Listener listener = listeners.get(BucketQueue.originOf(key.bucket().bucket()));
    if (listener != null) listener.due(key, due);
  }

  /// Has an origin's keys uploaded from now on.
  void listen(String origin, Listener listener) {
    listeners.put(origin, listener);
    for (BucketQueue bucket : buckets.values()) {
      for (QueuedKey key : bucket.keys().values()) announce(key);
    }
  }

  void unlisten(String origin, Listener listener) {
    listeners.remove(origin, listener);
  }

  /// Records under which id a write is uploaded in parts; empty when no longer.
  void began(QueuedKey.Item item, String upload) {
    log.record(new LogRecord.Began(item.write().serial(), upload));
  }

  /// The origin has it. Fails when that cannot be recorded: then it stays.
  void finish(QueuedKey key, QueuedKey.Item item) {
    log.record(new LogRecord.Went(item.write().serial()));
    key.done(item);
    forget(key, item);
    announce(key);
  }

  private void forget(QueuedKey key, QueuedKey.Item item) {
    QueuedWrite write = item.write();
    QueueRoom.Held taken = Objects.requireNonNull(held.remove(write.serial()));
    key.bucket().remove(key, item, taken.bytes());
    giveUp(write, taken);
  }

  /// All bytes of a small write, checked; null when it went meanwhile.
  byte @Nullable [] bytes(QueuedKey.Item item) {
    // A record moves at most as often as its file is given up, and files are given up one by one.
    for (int attempt = 0; attempt < 10; attempt++) {
      try {
        return log.bytes(item.live.place, Math.toIntExact(item.write().size()));
      } catch (java.nio.file.NoSuchFileException e) {
        LOG.debug("a record moved while it was read: {}", e.getMessage());
      } catch (IOException e) {
        throw new StoreFailure.Corrupt(
            "the queued write of %s cannot be read".formatted(item.write().key()), e);
      }
    }
    return null;
  }

  /// The file of a large one; null when it went meanwhile.
  @Nullable QueuedFile file(QueuedWrite write, QueuedWrite.Body body) {
    try {
      return QueuedFile.open(directory, body.file(), write.size());
    } catch (java.nio.file.NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new StoreFailure.Corrupt(
          "the queued write of %s cannot be read".formatted(write.key()), e);
    }
  }

  // What others are told, and may do.

  /// Of each bucket that has queued writes.
  public List<QueueStatus> status() {
    return buckets.values().stream()
        .filter(bucket -> !bucket.isEmpty())
        .map(BucketQueue::status)
        .toList();
  }

  public QueueStatus status(Bucket bucket) {
    BucketQueue found = buckets.get(bucket.id());
    return found == null
        ? new QueueStatus(bucket.name(), BucketQueue.originOf(bucket), 0, 0, 0, null, 0, List.of())
        : found.status();
  }

  /// What is queued of a key; nothing where its latest write is at the origin.
  public Optional<QueueStatus.Newest> status(Bucket bucket, Key key) {
    BucketQueue queue = buckets.get(bucket.id());
    QueuedKey found = queue == null ? null : queue.find(key);
    return Optional.ofNullable(found).flatMap(QueuedKey::status);
  }

  /// Waits until all that is queued of a bucket by now is at its origin or was refused by it, or
  /// the time is over, and tells what of it is left. What was refused before is tried again first.
  ///
  /// - `upTo`: goes on with an earlier wait, by its answer; 0 for one that begins
  public QueueStatus sync(Bucket bucket, long upTo, Duration timeout) {
    BucketQueue found = find(bucket);
    if (found == null) return status(bucket);
    for (QueuedKey key : found.keys().values()) {
      if (upTo == 0 && key.retry()) announce(key);
    }
    return found.sync(upTo, timeout);
  }

  /// Lets nothing more be queued of a bucket that is to be unlinked, until what it returns is
  /// closed.
  ///
  /// @throws StoreFailure.Conflict when something is queued, or being queued
  public Leaving leave(Bucket bucket) {
    BucketQueue queue = of(bucket);
    if (!queue.close()) {
      throw new StoreFailure.Conflict(
          "%d acknowledged writes of %s have not reached the origin; see `tarn cache sync %s`"
              .formatted(queue.writes(), bucket.name(), bucket.name()));
    }
    return new Leaving(queue);
  }

  /// A bucket that is being unlinked. Closed, its writes are queued again, unless it is [#gone].
  public static final class Leaving implements AutoCloseable {
    private final BucketQueue queue;
    private boolean gone;

    private Leaving(BucketQueue queue) {
      this.queue = queue;
    }

    public void gone() {
      gone = true;
    }

    @Override
    public void close() {
      if (!gone) queue.reopen();
    }
  }

  /// What of a name is queued, by bucket; for metrics.
  List<BucketQueue> all() {
    return List.copyOf(buckets.values());
  }

  /// What was queued stays for the next start.
  @Override
  public void close() {
    log.close();
    directory.close();
  }
}
