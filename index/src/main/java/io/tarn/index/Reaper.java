package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Extent;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
/// is ever buried; so what one `G` row says is garbage nobody else needs.
///
/// A reader holds a row it read before it was buried. Bytes in rows it takes at once, and looks
/// again when they are gone. For blobs it pins the version, and what is pinned is passed over; the
/// grace covers the moment between reading and pinning, which a reader that took too long over it
/// notices and starts again. The smallest useful grace is therefore a second.
public final class Reaper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
  private static final int PAGE = 256;
  private static final int MOST_AT_ONCE = 10_000;
  private static final Duration MARGIN = Duration.ofMinutes(2);
  private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);

  private final Rows rows;
  private final Substrate substrate;
  private final Pins pins;
  private final Pending pending;
  private final TokenLease lease;
  private final ReaperSettings settings;
  private final Semaphore bell = new Semaphore(0);
  private volatile boolean closed;
  private volatile boolean hurried;
  private final ReentrantLock turn = new ReentrantLock();
  private long worked;
  private long wholeAt;
  private @Nullable Thread thread;

  /// What the process holds on to: open versions, pending blobs, tokens.
  record Held(Pins pins, Pending pending, TokenLease lease) {}

  Reaper(Rows rows, Substrate substrate, Held held, ReaperSettings settings) {
    this.rows = rows;
    this.substrate = substrate;
    this.pins = held.pins;
    this.pending = held.pending;
    this.lease = held.lease;
    this.settings = settings;
  }

  /// Works off what an earlier process left pending, then goes on in a thread of its own. Returns
  /// how many pending blobs became garbage.
  public int start() {
    int swept = sweepPending();
    thread = Thread.ofVirtual().name("reaper").start(this::run);
    return swept;
  }

  /// Turns blobs that nobody here is writing and no row refers to into garbage; returns how many.
  int sweepPending() {
    return pending.sweep();
  }

  private void run() {
    long swept = substrate.clock().millis();
    while (!closed) {
      int done = 0;
      try {
        lease.renew();
        done = round();
        if (substrate.clock().millis() - swept > SWEEP_EVERY.toMillis()) {
          swept = substrate.clock().millis();
          pending.sweep();
        }
      } catch (StoreFailure e) {
        LOG.warn("garbage is left for later: {}", e.getMessage());
      } catch (RuntimeException e) {
        // A bug in collecting leaves garbage. Ending here would also end the lease's renewal.
        LOG.error("garbage is left for later", e);
      }
      if (done == 0) rest();
    }
  }

  private void rest() {
    try {
      if (bell.tryAcquire(settings.pace().toMillis(), TimeUnit.MILLISECONDS)) bell.drainPermits();
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /// While space is short, nothing waits for its grace but for a second. Whoever says so says when
  /// it is over, too.
  public void hurry(boolean on) {
    hurried = on;
    bell.release();
  }

  /// Works off what is due, up to a bound; returns how many rows went.
  public int round() {
    turn.lock();
    try {
      long now = substrate.clock().millis();
      long early = hurried ? Math.max(0, settings.grace().toMillis() - 1000) : 0;
      if (now < wholeAt || now - wholeAt > SWEEP_EVERY.toMillis()) {
        wholeAt = now;
        worked = 0;
      }
      return workOff(now, early);
    } finally {
      turn.unlock();
    }
  }

  /// Starts behind what earlier rounds left nothing of: what they deleted is still there as
  /// tombstones. A batch that took long to commit may add garbage behind that point: the margin
  /// covers the usual, a whole round now and then the rest.
  private int workOff(long now, long early) {
    long until = now + early;
    KeyRange due = new KeyRange(RowKeys.garbage(worked, 0, 0), RowKeys.garbage(until + 1, 0, 0));
    Optional<MetaKey> next = Optional.of(due.fromInclusive());
    boolean all = true;
    int seen = 0;
    int done = 0;
    while (next.isPresent() && seen < settings.perRound() && !closed) {
      Page page = rows.scan(Scan.of(due, PAGE).from(next.get()));
      List<Entry> graves = new ArrayList<>(page.items().size());
      for (Item item : page.items()) if (item instanceof Item.Row(var entry)) graves.add(entry);
      int gone = collect(graves);
      all &= gone == graves.size();
      seen += graves.size();
      done += gone;
      next = page.next();
    }
    if (all && next.isEmpty()) worked = Math.max(worked, now - MARGIN.toMillis());
    return done;
  }

  /// Empties a page of graves; returns how many went.
  private int collect(List<Entry> page) {
    int gone = 0;
    int size = 0;
    List<Grave> graves = new ArrayList<>(page.size());
    for (Entry row : page) {
      Grave grave = open(row);
      if (grave == null) continue;
      graves.add(grave);
      size += grave.blobs().size() + grave.rows().size();
      if (size < MOST_AT_ONCE) continue;
      gone += empty(graves);
      graves.clear();
      size = 0;
    }
    return gone + empty(graves);
  }

  /// What is in a grave, or null while someone is still reading it or it cannot be told.
  private @Nullable Grave open(Entry row) {
    try {
      var grave = new Grave(row.key(), new ArrayList<>(), new ArrayList<>());
      return fill(grave, row.value()) ? grave : null;
    } catch (StoreFailure e) {
      leave(row.key(), e);
      return null;
    }
  }

  private static void leave(MetaKey grave, StoreFailure why) {
    LOG.warn("garbage {} is left for later: {}", grave, why.getMessage());
  }

  /// Deletes the blobs, durably: when the rows are gone nobody knows of them any more. Then one
  /// batch takes the rows, which need not be durable: what comes back after a crash is emptied
  /// again. Graves whose blobs cannot be deleted do not keep the others.
  private int empty(List<Grave> graves) {
    if (graves.isEmpty()) return 0;
    try {
      List<BlobId> ids = graves.stream().flatMap(grave -> grave.blobs().stream()).toList();
      if (!ids.isEmpty()) blobs().delete(ids);
    } catch (StoreFailure e) {
      if (graves.size() > 1) return graves.stream().mapToInt(grave -> empty(List.of(grave))).sum();
      leave(graves.getFirst().key(), e);
      return 0;
    }
    var plan = new Plan(substrate.tokens().next(), 0);
    for (Grave grave : graves) {
      grave.rows().forEach(plan::op);
      plan.delete(grave.key());
    }
    rows.commit(plan.relaxed());
    return graves.size();
  }

  /// A `G` row and what it stands for.
  private record Grave(MetaKey key, List<BlobId> blobs, List<Op> rows) {
    void add(Section section) {
      for (Extent extent : section.extents()) blobs.add(extent.blob());
    }

    void add(MetaKey row) {
      rows.add(new Op.Delete(row));
    }
  }

  /// False when someone is still reading.
  private boolean fill(Grave grave, byte[] remains) {
    if (remains.length == 0) throw new StoreFailure.Corrupt("an empty garbage row", null);
    switch (remains[0]) {
      case ObjectRow.FORMAT -> {
        ObjectRow row = ObjectRow.ofRow(remains);
        if (pins.holds(row.token())) return false;
        fill(grave, row);
      }
      case Section.FORMAT -> grave.add(Section.ofRow(remains));
      case Garbage.Stray.FORMAT -> grave.blobs().add(Garbage.Stray.ofRow(remains).blob());
      case Garbage.Remains.FORMAT -> fill(grave, Garbage.Remains.ofRow(remains));
      case Garbage.Uploads.FORMAT -> fill(grave, Garbage.Uploads.ofRow(remains));
      default -> throw new StoreFailure.Corrupt("garbage of no known kind " + remains[0], null);
    }
    return true;
  }

  private void fill(Grave grave, ObjectRow row) {
    switch (row.whereabouts()) {
      case Whereabouts.Nowhere() -> {}
      case Whereabouts.Inline() -> grave.add(RowKeys.inline(row.token()));
      case Whereabouts.Listed(var sections) -> sections.forEach(grave::add);
      case Whereabouts.Manifest(var chunks) -> {
        for (int chunk = 0; chunk < chunks; chunk++) {
          MetaKey key = RowKeys.manifest(row.token(), chunk);
          Entry entry = rows.get(key);
          if (entry == null) throw new StoreFailure.Corrupt("a manifest is gone: " + key, null);
          Manifests.ofRow(entry.value()).forEach(grave::add);
          grave.add(key);
        }
      }
    }
  }

  private void fill(Grave grave, Garbage.Remains remains) {
    KeyRange parts = RowKeys.under('P', remains.upload());
    var cursor = new RowCursor(rows, Scan.of(parts, PAGE));
    for (Entry row = cursor.next(); row != null; row = cursor.next())
      if (!remains.kept().get(RowKeys.number(row.key()))) grave.add(Section.ofRow(row.value()));
    grave.rows().add(new Op.DeleteRange(parts));
  }

  /// Each upload becomes garbage of its own, a page of them at a time: what is left of them after a
  /// page is a grave behind this one.
  private void fill(Grave grave, Garbage.Uploads ended) {
    KeyRange uploads = KeyRange.ofPrefix(RowKeys.inBucket('U', ended.bucket(), new byte[0]));
    var cursor = new RowCursor(rows, Scan.of(uploads, PAGE));
    long due = RowKeys.due(grave.key());
    for (int i = 0; i < PAGE; i++) {
      Entry row = cursor.next();
      if (row == null) return;
      long upload = RowKeys.lastLong(row.key());
      grave.add(row.key());
      // No other garbage has these keys: beginning an upload buries nothing.
      byte[] remains = new Garbage.Remains(upload, new BitSet()).toRow();
      grave.rows().add(new Op.Put(RowKeys.garbage(due, upload, 0), remains));
      if (i == PAGE - 1)
        grave.rows().add(new Op.Put(RowKeys.garbage(due, upload, 1), ended.toRow()));
    }
  }

  private Blobs blobs() {
    return substrate.blobs();
  }

  /// Stops after the row at hand.
  @Override
  public void close() {
    closed = true;
    bell.release();
    Thread running = thread;
    if (running == null) return;
    try {
      running.join();
      lease.end();
    } catch (StoreFailure e) {
      LOG.debug("the next start leaves a gap of some seconds in the tokens", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
