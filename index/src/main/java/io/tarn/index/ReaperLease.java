package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says which of the nodes on the same rows collects the garbage of all of them. A row names it,
/// with a term that grows by one each time the lease changes hands; that row is a guard of every
/// batch by which garbage goes or is put off. So whoever lost the lease, whether they know or not,
/// takes nothing away.
///
/// No two clocks are compared. Who has the lease counts from before the renewal that counts; who
/// wants it, from after it first saw the row as it is, and a quarter longer; both by a clock that
/// nobody sets. Another life of the same node needs not wait: there is one at a time.
///
/// A node that is alone has no row and needs no guard; it collects nothing where another one has a
/// lease. Of one thread at a time.
final class ReaperLease {
  static final int FORMAT = 27;

  private static final Logger LOG = LoggerFactory.getLogger(ReaperLease.class);

  private final BlockingRows rows;
  private final IndexBackends backends;
  private final long lastsMillis;
  private boolean foundAlone;
  private long life;

  // Of the holder: the row's version, 0 when it is not held, and when it was last renewed.
  private long version;
  private long term;
  private long renewed;

  // Of who waits: the version that was seen, and since when.
  private long seen;
  private long seenSince;

  /// The node has no lease any more, or is not the one that has it.
  static final class Lost extends RuntimeException {
    Lost() {
      super("another node collects the garbage", null, false, false);
    }
  }

  /// What the row says. `life` tells one process of a node from the next; `lasts` is for how long
  /// the holder counts on it without renewing it, 0 once it was given back.
  record Row(int node, long life, long term, Duration lasts) {
    byte[] toRow() {
      return new RowWriter(FORMAT, 40)
          .number(node)
          .number(life)
          .number(term)
          .number(lasts.toMillis())
          .done();
    }

    static Row ofRow(byte[] row) {
      return RowReader.read(
          row,
          FORMAT,
          in ->
              new Row((int) in.number(), in.number(), in.number(), Duration.ofMillis(in.number())));
    }
  }

  /// Lasts for so long; zero for a node that is alone.
  ReaperLease(BlockingRows rows, IndexBackends backends, Duration lasts) {
    this.rows = rows;
    this.backends = backends;
    this.lastsMillis = lasts.toMillis();
  }

  /// Whether other nodes may read what this one deletes.
  boolean isShared() {
    return lastsMillis > 0;
  }

  /// Of the last time that this had the lease; 0 before the first.
  long term() {
    return term;
  }

  /// Whether this node collects: it has the lease, renewed when that is due, or takes it from
  /// nobody, or from who does not renew it. Fails with [StoreFailure].
  boolean take() {
    return isShared() ? isFresh() || moveOn(true) : isAlone();
  }

  /// Looks once whether another node has a lease: then who believes to be alone is mistaken.
  private boolean isAlone() {
    if (foundAlone) return true;
    Entry entry = rows.get(IndexKeys.REAPER);
    Row row = entry == null ? null : Row.ofRow(entry.value());
    if (row != null && !row.lasts().isZero() && row.node() != backends.node()) {
      throw new StoreFailure.Unavailable(
          "node %d collects the garbage of all; set index.reaper.lease here as it is there"
              .formatted(row.node()),
          null);
    }
    foundAlone = true;
    return true;
  }

  /// Renews the lease when that is due. Fails with [Lost], or as [#take] does.
  void keep() {
    if (!isShared() || isFresh()) return;
    if (version == 0 || !moveOn(false)) throw new Lost();
  }

  /// How long one may pause before the next [#keep].
  long pauseNanos() {
    return isShared() ? lastsNanos() / 6 : Long.MAX_VALUE;
  }

  private long lastsNanos() {
    return lastsMillis * 1_000_000;
  }

  private boolean isFresh() {
    return version != 0 && backends.ticker().nanos() - renewed < lastsNanos() / 3;
  }

  /// Commits what only the holder of the lease may. Fails with [Lost], or as [BlockingRows#commit]
  /// does.
  void commit(Plan plan) {
    if (!isShared()) {
      var _ = rows.commit(plan);
      return;
    }
    if (version == 0) throw new Lost();
    plan.guard(new Guard.VersionIs(IndexKeys.REAPER, version));
    if (rows.commit(plan) instanceof CommitResult.Rejected) {
      lose("another node has it");
      throw new Lost();
    }
  }

  /// Renews the lease, or, where `free` says so, takes it if it is free. What became of a renewal
  /// whose outcome is unknown, the row says.
  private boolean moveOn(boolean free) {
    long now = backends.ticker().nanos();
    Entry entry = rows.get(IndexKeys.REAPER);
    Row row = entry == null ? null : Row.ofRow(entry.value());
    boolean ours = row != null && isOurs(row) && row.term() == term;
    if (!ours) {
      lose(String.valueOf(row));
      if (!free || !isFree(entry, row)) return false;
    }
    long next = ours ? term : row == null ? 1 : row.term() + 1;
    return write(entry, new Row(backends.node(), life(), next, lasts()), now);
  }

  private Duration lasts() {
    return Duration.ofMillis(lastsMillis);
  }

  private boolean isOurs(Row row) {
    return row.node() == backends.node() && row.life() == life && life != 0;
  }

  private long life() {
    if (life == 0) life = backends.tokens().next();
    return life;
  }

  private boolean isFree(@Nullable Entry entry, @Nullable Row row) {
    if (entry == null || row == null || row.lasts().isZero()) return true;
    if (row.node() == backends.node()) return true;
    long now = backends.ticker().nanos();
    if (seen != entry.version()) {
      seen = entry.version();
      seenSince = now;
    }
    long lasts = row.lasts().toNanos();
    return now - seenSince > lasts + lasts / 4;
  }

  private boolean write(@Nullable Entry before, Row row, long now) {
    MetaKey key = IndexKeys.REAPER;
    if (before != null) backends.tokens().passed(before.version());
    Plan plan = Garbage.plan(backends.tokens().next(), 0).unchanged(key, before);
    plan.put(key, row.toRow()).needs(Batch.Need.NOTHING);
    if (rows.commit(plan) instanceof CommitResult.Rejected) {
      lose("another node was faster");
      return false;
    }
    if (row.term() != term) LOG.info("this node collects the garbage of all, term {}", row.term());
    version = plan.token();
    term = row.term();
    renewed = now;
    return true;
  }

  private void lose(String why) {
    if (version != 0) LOG.info("this node does not collect garbage any more: {}", why);
    version = 0;
  }

  /// Gives it back: nobody has to wait. If that cannot be done, they do.
  void release() {
    if (!isShared() || version == 0) return;
    try {
      giveBack();
    } catch (StoreFailure e) {
      LOG.info("who collects next has to wait until the lease ends: {}", e.getMessage());
    }
  }

  private void giveBack() {
    Entry entry = rows.get(IndexKeys.REAPER);
    if (entry == null || entry.version() != version) return;
    var given = new Row(backends.node(), life, term, Duration.ZERO);
    boolean _ = write(entry, given, backends.ticker().nanos());
    version = 0;
  }
}
