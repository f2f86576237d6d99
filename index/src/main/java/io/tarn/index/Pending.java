package io.tarn.index;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blobs between their first byte and the row that refers to them.
///
/// A `W` row is durable before the blob can be, and goes in the batch that puts the reference,
/// which demands that it is still there. So a `W` row exists exactly when no row refers to the
/// blob, and whoever takes the row away without putting a reference may delete the blob: a batch
/// that is still underway then fails. Crash before the `W` row: no blob. Between it and the
/// reference: the row tells the next start to delete the blob. After the reference: the `W` row
/// went with it.
///
/// The row says who may come to hold the blob; rows of format 8 did not, and those of format 14
/// name one holder.
final class Pending {
  private static final Logger LOG = LoggerFactory.getLogger(Pending.class);
  static final int FORMAT = 26;
  private static final int ONE_HOLDER = 14;
  private static final int WITHOUT_VOLUME = 8;

  private final BlockingRows rows;
  private final IndexBackends backends;
  private final Set<BlobId> underway = ConcurrentHashMap.newKeySet();

  Pending(BlockingRows rows, IndexBackends backends) {
    this.rows = rows;
    this.backends = backends;
  }

  /// A new name for a blob.
  BlobId name() {
    return BlobId.of(backends.clock().millis(), backends.node(), backends.tokens().next());
  }

  /// A blob is being written. The stage completes when its `W` row is durable.
  Announced announce(BlobAt at) {
    var plan = Garbage.plan(backends.tokens().next(), 0);
    underway.add(at.id());
    return new Announced(at, rows.submit(plan.putNew(key(at.id()), toRow(at, clock()))));
  }

  static byte[] toRow(BlobAt at, long now) {
    return at.others().isEmpty()
        ? new RowWriter(ONE_HOLDER, 24).number(now).volume(at.volume()).done()
        : new RowWriter(FORMAT, 64).number(now).heldBlob(at).done();
  }

  private long clock() {
    return backends.clock().millis();
  }

  /// Where the blob may be, by its `W` row.
  static BlobAt ofRow(BlobId blob, byte[] row) {
    return switch (RowReader.format(row)) {
      case WITHOUT_VOLUME -> new BlobAt(blob, VolumeId.UNKNOWN);
      case ONE_HOLDER ->
          RowReader.read(
              row,
              ONE_HOLDER,
              in -> {
                long _ = in.number();
                return new BlobAt(blob, in.volume());
              });
      default ->
          RowReader.read(
              row,
              FORMAT,
              in -> {
                long _ = in.number();
                BlobAt at = in.heldBlob();
                if (!at.id().equals(blob)) throw new IllegalArgumentException("of " + at);
                return at;
              });
    };
  }

  /// A blob, and what came of its `W` row. When that was rejected, blob and row are somebody
  /// else's.
  record Announced(BlobAt blob, CompletionStage<CommitResult> durable) {
    /// Returns when the `W` row is durable.
    void await() {
      if (BlockingRows.await(durable) instanceof CommitResult.Rejected) {
        throw new StoreFailure.Conflict("the name of a new blob is taken; try again");
      }
    }

    /// Fails with [StoreFailure.Corrupt] unless the receipt is for this blob and so many bytes, and
    /// names no holder that the `W` row does not: should the reference not come, that row is all
    /// that is known of where the bytes are.
    void requireOf(Receipt receipt, long size) {
      BlobAt kept = receipt.blob();
      boolean ours = kept.id().equals(blob.id()) && blob.holders().containsAll(kept.holders());
      if (!ours || receipt.length() != size) {
        throw new StoreFailure.Corrupt(
            "%d bytes written as %s, %d kept as %s".formatted(size, blob, receipt.length(), kept),
            null);
      }
    }
  }

  private MetaKey key(BlobId blob) {
    return IndexKeys.pending(backends.node(), blob);
  }

  /// To be part of the plan that refers to the blob.
  void settleIn(Plan plan, BlobId blob) {
    plan.consume(key(blob));
  }

  /// How many blobs are being written, or were and are not referred to yet.
  int underway() {
    return underway.size();
  }

  /// The reference is durable, or it is unknown whether it is.
  void over(BlobId blob) {
    underway.remove(blob);
  }

  /// No reference will come: the blob becomes garbage, if it is ours.
  void discard(Announced announced) {
    BlobId blob = announced.blob().id();
    try {
      Plan garbage = toGarbage(announced.blob()); // now: a token may have to be waited for
      var _ =
          announced
              .durable()
              .whenComplete(
                  (result, failure) -> {
                    boolean ours = result instanceof CommitResult.Committed;
                    if (ours || failure instanceof MetaException.Indeterminate) {
                      discard(blob, garbage);
                    } else {
                      over(blob);
                    }
                  });
    } catch (StoreFailure e) {
      discarded(blob, e);
    }
  }

  private void discard(BlobId blob, Plan garbage) {
    try {
      var _ = rows.submit(garbage).whenComplete((_, failure) -> discarded(blob, failure));
    } catch (StoreFailure e) {
      discarded(blob, e);
    }
  }

  private void discarded(BlobId blob, @Nullable Throwable failure) {
    underway.remove(blob);
    if (failure != null) LOG.debug("blob {} is left to the next sweep", blob, failure);
  }

  private Plan toGarbage(BlobAt at) {
    var plan = Garbage.plan(backends.tokens().next(), clock());
    settleIn(plan, at.id());
    return plan.discard(new Garbage.Stray(at).toRow());
  }

  /// Turns the blobs that nobody here is writing into garbage; returns how many.
  int sweep() {
    int swept = 0;
    var cursor = new RowCursor(rows, IndexKeys.pending(backends.node()));
    for (Entry row = cursor.next(); row != null; row = cursor.next()) {
      BlobId blob = IndexKeys.pendingBlob(row.key());
      if (underway.contains(blob)) continue;
      BlobAt at = ofRow(blob, row.value());
      if (rows.commit(toGarbage(at)) instanceof CommitResult.Committed) swept++;
    }
    return swept;
  }
}
