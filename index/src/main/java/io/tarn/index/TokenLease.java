package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps tokens unique across restarts, also when the wall clock was set back in between: a row
/// says up to where this node may have given tokens out, and a start goes on behind that. No token
/// above it is given out. The row is kept some seconds ahead of the clock by a thread of its own,
/// so that giving out tokens costs nothing; should it fall behind, who wants a token renews it, or
/// is refused.
public final class TokenLease implements AutoCloseable {
  static final int FORMAT = 10;

  private static final Logger LOG = LoggerFactory.getLogger(TokenLease.class);
  private static final long AHEAD_MILLIS = 20_000;
  private static final long RENEW_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 2_000;

  /// Further behind, S3 refuses signatures.
  private static final long MUCH_MILLIS = Duration.ofMinutes(15).toMillis();

  private final BlockingRows rows;
  private final Tokens tokens;
  private final InstantSource clock;
  private final MetaKey key;
  private final ReentrantLock renewing = new ReentrantLock();
  private final Semaphore bell = new Semaphore(0);
  private volatile long until;
  private volatile boolean closed;
  private boolean failing;
  private @Nullable Thread thread;

  private TokenLease(BlockingRows rows, IndexBackends backends) {
    this.rows = rows;
    this.tokens = backends.tokens();
    this.clock = backends.clock();
    this.key = IndexKeys.lease(backends.node());
  }

  /// Goes on behind what an earlier process of this node may have given out. Comes before anything
  /// is written with a token. Whoever collects the garbage keeps the lease and gives it back.
  public static TokenLease take(IndexBackends backends) {
    return take(new BlockingRows(backends.meta()), backends);
  }

  static TokenLease take(BlockingRows rows, IndexBackends backends) {
    var lease = new TokenLease(rows, backends);
    Entry entry = rows.get(lease.key);
    if (entry != null) {
      long given = RowReader.read(entry.value(), FORMAT, RowReader::number);
      backends.tokens().passed(given);
      backends.tokens().passed(entry.version());
      lease.tellClock(Tokens.epochMillis(given));
    }
    lease.renew();
    return lease;
  }

  /// A clock that was set back harms nothing here, but signatures made by right clocks are refused,
  /// and times of objects go on from where they were.
  private void tellClock(long before) {
    long behind = before - clock.millis();
    if (behind > MUCH_MILLIS) {
      LOG.warn(
          "the clock is {} behind what this node has seen: it says {}, and said {}; set it right"
              + " (NTP)",
          Duration.ofMillis(behind),
          clock.instant(),
          Instant.ofEpochMilli(before));
    }
  }

  /// Renews it from now on, in time. A thread of its own: whatever hangs a disk may hold the
  /// carriers of all virtual ones.
  void start() {
    thread = Thread.ofPlatform().daemon().name("token-lease").start(this::run);
  }

  private void run() {
    try {
      while (!bell.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) keep();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  private void keep() {
    try {
      renew();
      failing = false;
    } catch (StoreFailure e) {
      if (!failing) LOG.warn("the lease on tokens is not renewed: {}", e.getMessage());
      failing = true;
    }
  }

  /// Moves the lease on unless it reaches far enough. Fails with [StoreFailure].
  void renew() {
    renewing.lock();
    try {
      if (closed) throw new StoreFailure.Unavailable("the node ends", null);
      long token = tokens.beyondLease();
      if (until - Tokens.epochMillis(token) >= RENEW_MILLIS) return;
      long end = Math.max(Tokens.epochMillis(token), Tokens.counted(clock.millis())) + AHEAD_MILLIS;
      write(token, Tokens.greatestAt(end));
      until = end;
      tokens.lease(Tokens.greatestAt(end), this::renew);
    } finally {
      renewing.unlock();
    }
  }

  /// The row replaces itself, and so asks for no room; without it nothing can be deleted.
  private void write(long token, long given) {
    byte[] row = new RowWriter(FORMAT, 16).number(given).done();
    Plan plan = Garbage.plan(token, 0).put(key, row).needs(Batch.Need.NOTHING);
    if (!(rows.commit(plan) instanceof CommitResult.Committed)) {
      throw new StoreFailure.Unavailable("the lease on tokens was not renewed", null);
    }
  }

  /// Nothing is given out any more: the next start need not leave a gap.
  @Override
  public void close() {
    bell.release();
    try {
      Thread running = thread;
      if (running != null) running.join();
      end();
    } catch (StoreFailure e) {
      LOG.debug("the next start leaves a gap of some seconds in the tokens", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    renewing.lock();
    try {
      closed = true;
      long token = tokens.beyondLease();
      tokens.lease(0, this::renew);
      write(token, token);
    } finally {
      renewing.unlock();
    }
  }
}
