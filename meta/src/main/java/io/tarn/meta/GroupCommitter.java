package io.tarn.meta;

import io.tarn.meta.GroupWriter.WriteFailed;
import io.tarn.observe.Fatal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the batches of thousands of callers durable with one flush at a time.
///
/// One platform thread takes whatever is queued, reads every row the guards ask for, decides the
/// batches in order against those rows and each other, writes all that passed as one atomic write
/// with one sync, and then answers everybody in order. There is no timer: the flush in progress is
/// the window in which the next group gathers.
///
/// - A rejected batch is answered after the flush too, since the row that refused it may belong to
///   an earlier batch of the same group.
/// - When a flush fails nobody knows what reached the disk: the group is Indeterminate. A full disk
///   is survived; after any other failure the store stays read-only, for a failed fsync must not be
///   repeated (the kernel forgets the pages it could not write).
/// - What fails before the flush was never tried: the group is told so, and the next one is taken.
///   An error of the virtual machine is reported besides, for the process to end ([Fatal]).
final class GroupCommitter {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
  private static final long RELAXED_SYNC_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final GroupWriter writer;
  private final MetaSettings.Commits settings;
  private final Gate gate;
  private final ChangeFeed feed;
  private final Runnable ranOut;
  private final Ticker ticker;
  private final Thread thread;

  private final ConcurrentLinkedQueue<Request> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile boolean idle;
  private volatile boolean stopping;
  private volatile @Nullable String trouble;
  private volatile Figures figures;

  private boolean unsynced;
  private long unsyncedSince;
  private boolean full;
  private boolean writing;
  private int changes;

  /// Running totals since the start: groups flushed, batches in them, and the time flushes took.
  record Figures(long groups, long batches, long flushNanos, long sequence) {}

  /// What it runs on: the system, or a simulation.
  record Host(Ticker ticker, Function<Runnable, Thread> threads) {
    static final Host SYSTEM = new Host(Ticker.SYSTEM, Host::start);

    private static Thread start(Runnable work) {
      return Thread.ofPlatform().name("meta-commit").daemon().start(work);
    }
  }

  /// Every submitted batch holds one place in `gate` until it is answered. `feed` hears of each
  /// that was applied before whoever submitted it. `ranOut` is told when a flush finds the disk
  /// full.
  GroupCommitter(
      GroupWriter writer,
      MetaSettings.Commits settings,
      Gate gate,
      ChangeFeed feed,
      Runnable ranOut) {
    this(writer, settings, gate, feed, ranOut, Host.SYSTEM);
  }

  GroupCommitter(
      GroupWriter writer,
      MetaSettings.Commits settings,
      Gate gate,
      ChangeFeed feed,
      Runnable ranOut,
      Host host) {
    this.writer = writer;
    this.settings = settings;
    this.gate = gate;
    this.feed = feed;
    this.ranOut = ranOut;
    this.figures = new Figures(0, 0, 0, writer.sequence());
    this.ticker = host.ticker();
    this.thread = host.threads().apply(this::run);
  }

  /// The caller has entered the gate; it is left when the future completes. Fails at once with
  /// [MetaException.Overloaded] or, after a failed write, with [MetaException.Unavailable].
  CompletableFuture<CommitResult> submit(Batch batch, int bytes) {
    Request request = new Request(batch, bytes);
    MetaException refusal = refusal(bytes);
    if (refusal != null) {
      gate.leave();
      request.answer.completeExceptionally(refusal);
      return request.answer;
    }
    queue.offer(request);
    if (idle) LockSupport.unpark(thread);
    return request.answer;
  }

  private @Nullable MetaException refusal(int bytes) {
    String problem = trouble;
    if (problem != null) {
      return new MetaException.Unavailable("read-only until restart: " + problem, null);
    }
    if (waiting.incrementAndGet() > settings.queue()) {
      waiting.decrementAndGet();
      return new MetaException.Overloaded("too many metadata commits are waiting");
    }
    if (waitingBytes.addAndGet(bytes) > settings.queueBytes().bytes()) {
      waiting.decrementAndGet();
      waitingBytes.addAndGet(-bytes);
      return new MetaException.Overloaded("too many bytes of metadata commits are waiting");
    }
    return null;
  }

  int queued() {
    return waiting.get();
  }

  Figures figures() {
    return figures;
  }

  /// Why nothing can be committed any more, or empty.
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /// Call it once the gate is closed: nothing is queued and nothing can be.
  void stop() {
    stopping = true;
    LockSupport.unpark(thread);
    Uninterrupted.run(thread::join);
  }

  private void run() {
    List<Request> group = new ArrayList<>();
    while (gather(group)) {
      try {
        commit(group);
      } catch (RuntimeException | Error e) {
        fail(group, e);
      }
      group.forEach(this::answer);
      group.clear();
      syncRelaxed(RELAXED_SYNC_NANOS);
    }
  }

  private void fail(List<Request> group, Throwable e) {
    if (writing) {
      trouble = "the committer failed: " + e;
      group.forEach(request -> request.uncertain("the committer failed", false, e));
      feed.lose();
    } else {
      writer.forget();
      group.forEach(request -> request.notTried(e));
    }
    writing = false;
    LOG.error("the metadata committer failed", e);
    Fatal.check(e);
  }

  private void answer(Request request) {
    waiting.decrementAndGet();
    waitingBytes.addAndGet(-request.bytes);
    gate.leave();
    request.complete();
  }

  /// Waits for work and takes what is there. False when the committer is to end.
  private boolean gather(List<Request> group) {
    Request next = queue.poll();
    while (next == null) {
      if (stopping) {
        syncRelaxed(0);
        return false;
      }
      rest();
      next = queue.poll();
    }
    long bytes = 0;
    while (next != null) {
      group.add(next);
      bytes += next.bytes;
      boolean full = group.size() >= settings.group() || bytes >= settings.groupBytes().bytes();
      next = full ? null : queue.poll();
    }
    return true;
  }

  private void rest() {
    idle = true;
    if (queue.isEmpty() && !stopping) {
      boolean waits = unsynced && trouble == null;
      ticker.park(waits ? unsyncedSince + RELAXED_SYNC_NANOS - ticker.nanos() : IDLE_NANOS);
      syncRelaxed(RELAXED_SYNC_NANOS);
    }
    idle = false;
  }

  /// Syncs what was written without, if the first of it was written that long ago: whatever comes
  /// meanwhile, nothing waits for longer.
  private void syncRelaxed(long age) {
    if (!unsynced || trouble != null || ticker.nanos() - unsyncedSince < age) return;
    try {
      unsyncedSince = ticker.nanos(); // should it fail
      writer.sync();
      unsynced = false;
    } catch (WriteFailed e) {
      suffer(e);
    }
  }

  private void commit(List<Request> group) {
    String problem = trouble;
    if (problem != null) {
      group.forEach(r -> r.fail(new MetaException.Unavailable("read-only: " + problem, null)));
      return;
    }
    changes = 0;
    boolean sync = false;
    Map<MetaKey, Known> rows = writer.read(keysToRead(group));
    for (Request request : group) {
      decide(request, rows);
      request.changesSoFar = changes;
      sync |= request.passed && request.batch.durability() == Durability.SYNC;
    }
    flush(group, sync);
  }

  private static Set<MetaKey> keysToRead(List<Request> group) {
    Set<MetaKey> keys = new LinkedHashSet<>();
    for (Request request : group) {
      for (Guard guard : request.batch.guards()) keys.add(guard.key());
      for (Op op : request.batch.ops()) {
        MetaKey moved = moved(op);
        if (moved != null) keys.add(moved);
      }
    }
    return keys;
  }

  /// The key whose old value the change keeps, if it keeps one.
  private static @Nullable MetaKey moved(Op op) {
    return switch (op) {
      case Op.Put(var key, var _, var oldTo) -> oldTo == null ? null : key;
      case Op.Delete(var key, var oldTo) -> oldTo == null ? null : key;
      case Op.DeleteRange _ -> null;
    };
  }

  private void decide(Request request, Map<MetaKey, Known> rows) {
    Batch batch = request.batch;
    for (int i = 0; i < batch.guards().size(); i++) {
      Guard guard = batch.guards().get(i);
      switch (known(rows, guard.key())) {
        case Known.Unreadable(var why) -> request.fail(why);
        case Known.Row(var actual) -> request.guarded(i, guard, actual);
        case Known.Nothing _ -> request.guarded(i, guard, null);
      }
      if (request.decided()) return;
    }
    for (Op op : batch.ops()) {
      MetaKey moved = moved(op);
      if (moved != null && known(rows, moved) instanceof Known.Unreadable(var why)) {
        request.fail(why);
        return;
      }
    }
    batch.ops().forEach(op -> apply(op, batch.token(), rows));
    request.passed = true;
  }

  private static Known known(Map<MetaKey, Known> rows, MetaKey key) {
    Known known = rows.get(key);
    if (known == null) throw new IllegalStateException("the engine did not answer for " + key);
    return known;
  }

  private void apply(Op op, long token, Map<MetaKey, Known> rows) {
    switch (op) {
      case Op.Put(var key, var value, var oldTo) -> {
        moveOld(key, oldTo, token, rows);
        put(new Entry(key, value, token), rows);
      }
      case Op.Delete(var key, var oldTo) -> {
        moveOld(key, oldTo, token, rows);
        writer.delete(key);
        changes++;
        rows.replace(key, Known.Nothing.NOTHING);
      }
      case Op.DeleteRange(var range) -> {
        writer.deleteRange(range);
        changes++;
        rows.replaceAll((key, known) -> range.contains(key) ? Known.Nothing.NOTHING : known);
      }
    }
  }

  private void moveOld(MetaKey key, @Nullable MetaKey oldTo, long token, Map<MetaKey, Known> rows) {
    if (oldTo != null && known(rows, key) instanceof Known.Row(var old)) {
      put(new Entry(oldTo, old.value(), token), rows);
    }
  }

  private void put(Entry entry, Map<MetaKey, Known> rows) {
    writer.put(entry.key(), entry.value(), entry.version());
    changes++;
    // Only rows that somebody in this group asks about need to be remembered.
    if (rows.containsKey(entry.key())) rows.put(entry.key(), new Known.Row(entry));
  }

  private void flush(List<Request> group, boolean sync) {
    Figures before = figures;
    long sequence = before.sequence();
    long nanos = 0;
    if (changes > 0) {
      try {
        long start = ticker.nanos();
        writing = true;
        sequence = writer.flush(sync);
        nanos = ticker.nanos() - start;
        unsyncedSince = unsynced ? unsyncedSince : ticker.nanos();
        unsynced = !sync;
        full = false;
      } catch (WriteFailed e) {
        writing = false;
        suffer(e);
        group.forEach(request -> request.uncertain(e.getMessage(), e.full, e));
        feed.lose();
        return;
      }
    }
    for (Request request : group) {
      long reached = sequence - (changes - request.changesSoFar);
      request.committed(reached);
      if (request.passed) feed.publish(reached, request.batch);
    }
    figures =
        new Figures(
            before.groups() + 1,
            before.batches() + group.size(),
            before.flushNanos() + nanos,
            sequence);
    writing = false; // not before: what fails until here fails for a group that was written
  }

  private void suffer(WriteFailed e) {
    if (e.full) {
      if (!full) LOG.warn("metadata commit failed, the disk is full: {}", e.getMessage());
      full = true;
      ranOut.run();
    } else {
      LOG.error("metadata commit failed, read-only until restart", e);
      trouble = e.getMessage();
    }
  }

  /// A batch on its way. Touched by the committer's thread only, but for its future.
  private static final class Request {
    final Batch batch;
    final int bytes;
    final CompletableFuture<CommitResult> answer = new CompletableFuture<>();
    boolean passed;
    int changesSoFar;
    private @Nullable CommitResult result;
    private @Nullable MetaException failure;

    Request(Batch batch, int bytes) {
      this.batch = batch;
      this.bytes = bytes;
    }

    boolean decided() {
      return result != null || failure != null;
    }

    void guarded(int index, Guard guard, @Nullable Entry actual) {
      if (!guard.holds(actual, batch.token())) {
        result = new CommitResult.Rejected(index, Optional.ofNullable(actual));
      }
    }

    void committed(long sequence) {
      if (passed) result = new CommitResult.Committed(sequence);
    }

    void fail(MetaException why) {
      failure = why;
    }

    /// Something failed before the flush that was to carry this batch.
    void notTried(Throwable cause) {
      result = null;
      fail(new MetaException.Unavailable("the commit was not tried: " + cause, cause));
    }

    /// The flush that was to carry this batch failed.
    void uncertain(@Nullable String message, boolean full, Throwable cause) {
      if (passed) {
        fail(new MetaException.Indeterminate("the commit may be lost: " + message, cause, full));
      } else if (failure == null) {
        String text = "the commit was not tried: " + message;
        fail(full ? new MetaException.Full(text) : new MetaException.Unavailable(text, cause));
      }
    }

    void complete() {
      if (failure != null) {
        answer.completeExceptionally(failure);
      } else {
        answer.complete(result);
      }
    }
  }
}
