package io.tarn.cache;

import io.tarn.bytes.DurableFile;
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
import java.nio.file.Files;
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
    this.room = new QueueRoom(settings, directory.path());
    this.clock = clock;
  }

  /// Opens the queue in a directory, or makes one.
  ///
  /// @throws IOException when it cannot be used, or something in it is not what was written:
  /// nothing is changed then
  public static WriteQueue open(Path directory, BackSettings settings, InstantSource clock)
      throws IOException {
    return open(directory, settings, clock, SEGMENT_BYTES);
  }

  static WriteQueue open(Path path, BackSettings settings, InstantSource clock, long segmentBytes)
      throws IOException {
    QueueDirectory directory = QueueDirectory.open(path);
    try {
      WriteLog log = WriteLog.open(directory.log(), segmentBytes);
      try {
        var queue = new WriteQueue(settings, directory, log, clock);
        queue.recover();
        directory.seal();
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
        requireThere(write, file);
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
    last = Math.max(last, directory.sweepBodies(files));
    last = Math.max(last, directory.sweepStaging());
    numbers.set(last);
  }

  private void requireThere(QueuedWrite write, long file) throws IOException {
    Path path = directory.named(file);
    if (DurableFile.isThere(path) && Files.size(path) == QueuedFile.fileBytes(write.size())) return;
    throw new IOException(
        "the bytes of a queued write are gone or cut: %s, of %s in %s. Restore the file, or move the write-back directory aside to start without what is in it"
            .formatted(path, write.key(), write.bucket().name()));
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
    return StagedBody.take(body, room, directory.files(numbers::incrementAndGet), now());
  }

  /// Has what was staged written elsewhere instead.
  <T> T through(StagedBody staged, Function<Incoming, T> write) {
    Content content = staged.content();
    if (staged.file() == 0) {
      return write.apply(QueuedBody.whole(new Payload.Bytes(staged.inline()), content));
    }
    Path path = directory.named(staged.file());
    try (QueuedFile file = QueuedFile.open(path, staged.file(), content.size())) {
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
      var write =
          new QueuedWrite(
              numbers.incrementAndGet(),
              bucket.bucket(),
              put.key(),
              content.modified(),
              put.owner(),
              new QueuedWrite.Body(put, content, body.file()));
      try {
        enqueue(write, body.inline(), body.held());
      } catch (StoreFailure.Indeterminate e) {
        body.keep(); // the log may have it
        throw e;
      }
      body.keep();
      return content;
    }

    void delete(TenantId by) {
      try (QueueRoom.Held taken = room.hold()) {
        taken.takeBytes(StagedBody.cost(0, false));
        var write =
            new QueuedWrite(numbers.incrementAndGet(), bucket.bucket(), key.key(), now(), by, null);
        enqueue(write, new byte[0], taken);
        taken.keep();
      }
    }

    private void enqueue(QueuedWrite write, byte[] inline, QueueRoom.Held taken) {
      taken.takeEntries(write.entries());
      bucket.admit();
      QueuedKey.Item replaced = key.reserve(clock.instant());
      try {
        List<LogRecord> records = new ArrayList<>();
        records.add(new LogRecord.Came(write));
        if (replaced != null) records.add(new LogRecord.Went(replaced.write().serial()));
        var item = new QueuedKey.Item(Objects.requireNonNull(log.append(records, inline)));
        held.put(write.serial(), taken);
        bucket.add(item, taken.bytes());
        key.add(item, replaced);
        if (replaced != null) forget(key, replaced);
      } catch (StoreFailure e) {
        if (replaced != null) key.keep(replaced);
        throw e;
      } finally {
        bucket.admitted();
        announce(key);
      }
    }

    @Override
    public void close() {
      bucket.exit(key);
    }
  }

  Turn enter(Bucket bucket, Key key) {
    BucketQueue queue = of(bucket);
    return new Turn(queue, queue.enter(key, settings.patience()));
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
    var _ = log.append(List.of(new LogRecord.Began(item.write().serial(), upload)), new byte[0]);
  }

  /// The origin has it. Fails when that cannot be recorded: then it stays.
  void finish(QueuedKey key, QueuedKey.Item item) {
    var _ = log.append(List.of(new LogRecord.Went(item.write().serial())), new byte[0]);
    key.done(item);
    forget(key, item);
    announce(key);
  }

  private void forget(QueuedKey key, QueuedKey.Item item) {
    QueuedWrite write = item.write();
    QueueRoom.Held taken = Objects.requireNonNull(held.remove(write.serial()));
    key.bucket().remove(key, item, taken.bytes());
    QueuedWrite.Body body = write.body();
    if (body != null && !body.isInLog()) {
      try {
        Files.delete(directory.named(body.file()));
      } catch (IOException e) {
        LOG.warn("the bytes of a write that went stay until the next start", e);
      }
    }
    taken.give();
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
      return QueuedFile.open(directory.named(body.file()), body.file(), write.size());
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
