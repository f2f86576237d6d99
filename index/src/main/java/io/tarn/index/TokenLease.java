package io.tarn.index;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Tokens;
import io.tarn.store.StoreFailure;
import java.time.InstantSource;

/// Keeps tokens unique across restarts, also when the wall clock was set back in between: a row
/// says up to where this node may have given tokens out, and a start goes on behind that. The row
/// is kept some seconds ahead of the clock, so that giving out tokens costs nothing.
final class TokenLease {
  static final int FORMAT = 10;

  private static final long AHEAD_MILLIS = 20_000;
  private static final long RENEW_MILLIS = 10_000;

  private final Rows rows;
  private final Tokens tokens;
  private final InstantSource clock;
  private final MetaKey key;
  private long until;

  private TokenLease(Rows rows, Substrate substrate) {
    this.rows = rows;
    this.tokens = substrate.tokens();
    this.clock = substrate.clock();
    this.key = RowKeys.lease(substrate.node());
  }

  /// Goes on behind what an earlier process of this node may have given out.
  static TokenLease take(Rows rows, Substrate substrate) {
    var lease = new TokenLease(rows, substrate);
    Entry entry = rows.get(lease.key);
    if (entry != null) {
      long given = RowReader.read(entry.value(), FORMAT, RowReader::number);
      substrate.tokens().passed(given);
      substrate.tokens().passed(entry.version());
    }
    lease.extend();
    return lease;
  }

  /// To be called every few seconds.
  void renew() {
    if (until - Tokens.epochMillis(tokens.next()) < RENEW_MILLIS) extend();
  }

  private void extend() {
    long token = tokens.next();
    long from = Math.max(Tokens.epochMillis(token), clock.millis());
    write(token, Tokens.greatestAt(from + AHEAD_MILLIS));
    until = from + AHEAD_MILLIS;
  }

  /// Nothing is given out any more: the next start need not leave a gap.
  void end() {
    long token = tokens.next();
    write(token, token);
  }

  private void write(long token, long given) {
    byte[] row = new RowWriter(FORMAT, 16).number(given).done();
    if (!(rows.commit(new Plan(token, 0).put(key, row)) instanceof CommitResult.Committed))
      throw new StoreFailure.Unavailable("the lease on tokens was not renewed", null);
  }
}
