package io.tarn.index;

import io.tarn.index.GarbageRows.Contents;
import io.tarn.meta.Batch;
import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.store.BlobAt;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The garbage collector. A batch that takes away the last reference to some bytes writes, in the
/// same batch, a `G` row that says so, under the time from which the bytes may go; nothing is ever
/// found by searching.
///
/// A `G` row is worked off in two steps: its blobs are deleted durably, which is idempotent, then
/// one batch deletes the `G` row together with the other rows (inline bytes, manifest, parts) it
/// stands for. A crash before or between leaves the `G` row, and the whole is done again. A crash
/// after leaves nothing. No two rows ever refer to the same bytes: a copy is a copy, a part becomes
/// an object's in the batch that ends the upload, and of the twin `O` and `V` rows only the `V` row
/// is ever discarded; so what one `G` row says is garbage nobody else needs.
///
/// A reader holds a row it read before it was discarded. Bytes in rows it takes at once, and looks
/// again when they are gone. For blobs it pins the version within half a second, or starts again.
/// Whatever the `G` row says, blobs therefore ripen for a second after the row was met, which is
/// after it was committed, by a clock nobody sets; then pins are asked. The grace on top is for
/// those who look at the disk.
///
/// Where several nodes work on the same rows, one of them collects for all (see [ReaperLease]), and
/// knows nothing of the pins of the others. So blobs then ripen for the whole grace after their row
/// was met, whatever clocks say and however short space is: who reads for longer than the grace on
/// another node has to fail.
///
/// What cannot be removed now never holds up the rest: its row is put again under a later time, the
/// later the older it is. So a round meets only what is due, and the queue needs no memory.
public final class Reaper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final int PAGE = 256;
  private static final int MOST_AT_ONCE = 10_000;
  private static final int BYTES_AT_ONCE = 1 << 20;
  private static final long RIPE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration MARGIN = Duration.ofMinutes(2);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);
  private static final long FIRST_RETRY_MILLIS = 60_000;
  private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final BlockingRows rows;
  private final IndexBackends backends;
  final Held held;
  private final ReaperSettings settings;
  private final GarbageRows garbageRows;
  private final GarbageCount count;
  private final ReaperLease lease;
  private final Semaphore bell = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean hurried;
  private volatile boolean retryAll;
  private volatile Instant lastRound;
  private volatile String waiting = "";
  private @Nullable Thread thread;

  // The turn's.
  private final ReentrantLock turn = new ReentrantLock();
  private final Ripening ripening;
  private @Nullable Sweep sweep;
  private long worked;
  private long wholeAt;
  private int postponed;
  private volatile long toldAt;

  /// What the process holds on to: open versions, pending blobs, tokens.
  record Held(Pins pins, Pending pending, TokenLease lease) {}

  /// How it goes. `rows`, `bytes` and `oldest` are from the last count, `oldest` is [Instant#MAX]
  /// without garbage; `waiting` is what stood in the way of some of it, or empty.
  public record State(
      long rows, long bytes, Instant oldest, int pending, Instant lastRound, String waiting) {}

  Reaper(BlockingRows rows, IndexBackends backends, Held held, ReaperSettings settings) {
    this.rows = rows;
    this.backends = backends;
    this.held = held;
    this.settings = settings;
    this.garbageRows = new GarbageRows(rows, backends);
    this.count = new GarbageCount(rows, backends.clock());
    this.lease = new ReaperLease(rows, backends, settings.lease());
    long grace = settings.grace().toNanos();
    this.ripening =
        lease.isShared()
            ? new Ripening(grace, Integer.MAX_VALUE)
            : new Ripening(Math.min(RIPE_NANOS, grace), settings.perRound());
    this.toldAt = backends.ticker().nanos() - TELL_EVERY_NANOS;
    this.lastRound = backends.clock().instant();
  }

  /// Works off what an earlier process left pending, then goes on in a thread of its own, first
  /// with what that process put off: a volume may be back. Returns how many pending blobs became
  /// garbage.
  public int start() {
    int swept = sweepPending();
    retry();
    held.lease.start();
    thread = Thread.ofVirtual().name("reaper").start(this::run);
    return swept;
  }

  /// Turns blobs that nobody here is writing and no row refers to into garbage; returns how many.
  int sweepPending() {
    return held.pending.sweep();
  }

  public State state() {
    GarbageCount.Counted counted = count.last();
    return new State(
        counted.rows(),
        counted.bytes(),
        counted.oldest(),
        held.pending.underway(),
        lastRound,
        waiting);
  }

  private void run() {
    long swept = backends.ticker().nanos();
    while (!isClosed()) {
      int done = attempt(this::round);
      if (backends.ticker().nanos() - swept > SWEEP_EVERY.toNanos()) {
        swept = backends.ticker().nanos();
        var _ = attempt(this::sweepPending);
      }
      var _ = attempt(this::counted);
      if (done == 0) rest();
    }
  }

  private int counted() {
    if (count.step() && count.last().rows() == 0) waiting = "";
    return 0;
  }

  /// Nothing that happens ends this thread: without it no space ever comes back.
  @SuppressWarnings("CatchingUnchecked")
  private int attempt(IntSupplier work) {
    try {
      return work.getAsInt();
    } catch (StoreFailure e) {
      waiting = String.valueOf(e.getMessage());
      if (mayTell()) LOG.warn("garbage is left for later: {}", waiting);
    } catch (RuntimeException | Error e) {
      waiting = e.toString();
      if (mayTell()) LOG.error("garbage is left for later, which it should not be", e);
    }
    return 0;
  }

  private void rest() {
    try {
      if (bell.tryAcquire(settings.pace().toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
    } catch (InterruptedException e) {
      closing.countDown();
    }
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  /// While space is short, nothing waits for its grace but for a second, unless other nodes may
  /// read it. Whoever says so says when it is over, too.
  public void hurry(boolean on) {
    hurried = on;
    bell.release();
  }

  /// Tries everything again that was put off: what stood in its way may be gone.
  public void retry() {
    retryAll = true;
    bell.release();
  }

  /// Works off what is due, up to a bound; returns how many rows went: none when none of what was
  /// due when this began can go, or another node collects.
  public int round() {
    turn.lock();
    try {
      int done = collects() ? passesOfRound() : 0;
      lastRound = backends.clock().instant();
      return done;
    } catch (ReaperLease.Lost e) {
      LOG.debug("a round was given up", e);
      forget();
      return 0;
    } finally {
      turn.unlock();
    }
  }

  /// Whoever gets the lease begins anew: what was met before may be gone since, and nothing is
  /// known of what others left behind.
  private boolean collects() {
    long before = lease.term();
    boolean collects = lease.take();
    if (!collects || lease.term() != before) forget();
    return collects;
  }

  private void forget() {
    ripening.clear();
    sweep = null;
    wholeAt = 0;
  }

  private int passesOfRound() {
    boolean putOff = retryAll;
    int done = sweep == null ? 0 : passes(); // what an earlier one left
    if (done == 0) done = passes();
    // A sweep of what was put off goes by tokens, which may be ahead of the clock.
    if (done == 0 && putOff) done = passes();
    return done;
  }

  private int passes() {
    int done = pass();
    // What has to ripen for long does so together.
    while (done == 0 && lease.isShared() && mayGather()) done = pass();
    return done == 0 && !ripening.isEmpty() && ripen() ? pass() : done;
  }

  private boolean mayGather() {
    return sweep != null && sweep.next != null && ripening.hasRoom() && !isClosed();
  }

  /// Waits until the first is ripe; false when this is closed meanwhile.
  private boolean ripen() {
    while (!isClosed() && !Thread.currentThread().isInterrupted()) {
      long left = ripening.left(backends.ticker().nanos());
      if (left <= 0) return true;
      lease.keep();
      backends.ticker().park(Math.min(left, lease.pauseNanos()));
    }
    return false;
  }

  private int pass() {
    boolean clean = false;
    try {
      int done = gather();
      done += emptyRipe();
      tell();
      clean = true;
      return done;
    } finally {
      if (!clean && sweep != null) sweep.clean = false;
    }
  }

  /// Goes on with the sweep: empties what needs no ripening. Starts behind what earlier sweeps left
  /// nothing of: what they deleted is still there as tombstones. A batch that took long to commit
  /// may add garbage behind that point: the margin covers the usual, a whole sweep now and then the
  /// rest.
  private int gather() {
    Sweep now = sweep;
    if (now == null) {
      if (!ripening.isEmpty()) return 0; // what ripens would be met twice
      now = begin();
      sweep = now;
    }
    int done = 0;
    for (int seen = 0; now.next != null && seen < settings.perRound() && !isClosed(); ) {
      if (!ripening.hasRoom()) break;
      Page page = rows.scan(Scan.of(now.range, PAGE).from(now.next));
      done += sort(page, now);
      seen += page.items().size();
      now.goOn(page.next().orElse(null));
    }
    if (now.next == null && ripening.isEmpty()) end(now);
    return done;
  }

  private Sweep begin() {
    long token = backends.tokens().next();
    long now = backends.clock().millis();
    var ranges = new ArrayList<KeyRange>();
    if (now < wholeAt || now - wholeAt > SWEEP_EVERY.toMillis()) {
      wholeAt = now;
      worked = 0;
      ranges.add(beyond(now));
    }
    long grace = settings.grace().toMillis();
    long early = hurried && !lease.isShared() ? Math.max(0, grace - 1000) : 0;
    if (!retryAll) {
      MetaKey end = IndexKeys.garbage(now + early + 1, 0, 0);
      ranges.add(new KeyRange(IndexKeys.garbage(Math.min(worked, now), 0, 0), end));
      return new Sweep(token, now, Long.MAX_VALUE, ranges);
    }
    retryAll = false;
    return new Sweep(token, now, now + early - grace, List.of(IndexKeys.all('G')));
  }

  /// What is due later than anything can be put off to from now: a clock that was ahead said so,
  /// and is right again. It is as good as due, or its space would be gone until then.
  private KeyRange beyond(long now) {
    long latest = now + Math.max(settings.grace().toMillis(), settings.retry().toMillis());
    MetaKey from = IndexKeys.garbage(latest + MARGIN.toMillis(), 0, 0);
    return IndexKeys.all('G').from(from);
  }

  private void end(Sweep over) {
    if (over.clean) worked = Math.max(worked, over.started - MARGIN.toMillis());
    sweep = null;
  }

  private int sort(Page page, Sweep now) {
    var rowsOnly = new ArrayList<Entry>();
    var later = new Later();
    for (Item item : page.items()) {
      if (!(item instanceof Item.Row(var row))) continue;
      if (!now.concerns(row)) continue;
      try {
        if (GarbageRows.label(row.value()).blobs()) {
          ripening.add(row, backends.ticker().nanos());
        } else {
          rowsOnly.add(row);
        }
      } catch (StoreFailure e) {
        later.unable(row, e.getMessage());
      }
    }
    int done = empty(rowsOnly, later);
    later.commit();
    return done;
  }

  private int emptyRipe() {
    var ripe = new ArrayList<Entry>();
    long now = backends.ticker().nanos();
    for (Entry row = ripening.poll(now); row != null && !isClosed(); row = ripening.poll(now)) {
      ripe.add(row);
    }
    var later = new Later();
    int done = empty(ripe, later);
    later.commit();
    Sweep running = sweep;
    if (running != null && running.next == null && ripening.isEmpty()) end(running);
    return done;
  }

  /// Empties garbage rows, some at a time; returns how many. Notes those it cannot.
  private int empty(List<Entry> page, Later later) {
    int gone = 0;
    int size = 0;
    List<Contents> open = new ArrayList<>(page.size());
    for (Entry row : page) {
      try {
        long version = GarbageRows.label(row.value()).version();
        if (version != 0 && held.pins.holds(version)) {
          later.pinned(row);
          continue;
        }
        Contents garbage = garbageRows.open(row);
        open.add(garbage);
        size += garbage.blobs().size() + garbage.rows().size();
      } catch (StoreFailure e) {
        later.unable(row, e.getMessage());
      }
      if (size < MOST_AT_ONCE && open.size() < PAGE) continue;
      gone += emptyOpen(open, later);
      open.clear();
      size = 0;
    }
    return gone + emptyOpen(open, later);
  }

  /// Deletes the blobs, durably: when the rows are gone nobody knows of them any more. Then one
  /// batch takes the rows, which need not be durable: what comes back after a crash is emptied
  /// again.
  private int emptyOpen(List<Contents> open, Later later) {
    if (open.isEmpty()) return 0;
    lease.keep();
    Map<BlobAt, String> stuck = delete(open);
    Plan plan = Garbage.plan(backends.tokens().next(), 0).needs(Batch.Need.NOTHING);
    int gone = 0;
    for (Contents garbage : open) {
      Optional<String> why =
          garbage.blobs().stream().filter(stuck::containsKey).map(stuck::get).findFirst();
      if (why.isPresent()) {
        later.unable(garbage.row(), why.get());
        continue;
      }
      garbage.rows().forEach(plan::op);
      plan.delete(garbage.row().key());
      gone++;
    }
    if (gone > 0) lease.commit(plan.relaxed());
    return gone;
  }

  private Map<BlobAt, String> delete(List<Contents> open) {
    List<BlobAt> all = open.stream().flatMap(garbage -> garbage.blobs().stream()).toList();
    if (all.isEmpty()) return Map.of();
    Map<BlobAt, String> stuck = new HashMap<>();
    for (Blobs.Undeleted each : backends.blobs().delete(all)) stuck.put(each.blob(), each.why());
    return stuck;
  }

  /// What is put off. A row moves to a later time, in batches.
  private final class Later {
    private Plan plan = Garbage.plan(backends.tokens().next(), 0);
    private int bytes;
    private int count;

    /// The older, the longer: each pause doubles the age, up to the bound.
    void unable(Entry row, @Nullable String why) {
      waiting = String.valueOf(why);
      postponed++;
      long most = settings.retry().toMillis();
      add(row, Math.clamp(age(row), Math.min(FIRST_RETRY_MILLIS, most), most));
    }

    /// Somebody reads it, and will be done.
    void pinned(Entry row) {
      long least = Math.min(1000, settings.grace().toMillis());
      add(row, hurried ? least : Math.clamp(age(row) / 2, least, FIRST_RETRY_MILLIS));
    }

    private long age(Entry row) {
      long discarded = Tokens.epochMillis(IndexKeys.discardedBy(row.key()));
      return Math.max(0, backends.clock().millis() - discarded);
    }

    private void add(Entry row, long pauseMillis) {
      MetaKey later = IndexKeys.postponed(row.key(), backends.clock().millis() + pauseMillis);
      plan.delete(row.key()).put(later, row.value());
      bytes += row.value().length;
      if (++count % PAGE == 0 || bytes > BYTES_AT_ONCE) commit();
    }

    void commit() {
      if (plan.isEmpty()) return;
      lease.commit(plan.needs(Batch.Need.NOTHING).relaxed());
      plan = Garbage.plan(backends.tokens().next(), 0);
      bytes = 0;
    }
  }

  /// One line for all that was put off, now and then.
  private void tell() {
    if (postponed == 0 || !mayTell()) return;
    LOG.warn("garbage is left for later, {} pieces so far: {}", postponed, waiting);
    postponed = 0;
  }

  private boolean mayTell() {
    long now = backends.ticker().nanos();
    if (now - toldAt < TELL_EVERY_NANOS) return false;
    toldAt = now;
    return true;
  }

  /// Stops after what is at hand.
  @Override
  public void close() {
    closing.countDown();
    bell.release();
    Thread running = thread;
    if (running == null) return;
    LockSupport.unpark(running);
    try {
      running.join();
      lease.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    held.lease.close();
  }
}
