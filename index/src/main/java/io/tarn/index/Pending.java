package io.tarn.index;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Item;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.StoreFailure;
import io.tarn.store.VolumeId;
import java.util.Optional;
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
/// The row says which volume the blob is on; rows of format 8 did not.
final class Pending {
  private static final Logger LOG = LoggerFactory.getLogger(Pending.class);
  static final int FORMAT = 14;
  private static final int WITHOUT_VOLUME = 8;

  private final Rows rows;
  private final Substrate substrate;
  private final Set<BlobId> underway = ConcurrentHashMap.newKeySet();

  Pending(Rows rows, Substrate substrate) {
    this.rows = rows;
    this.substrate = substrate;
  }

  /// A new name for a blob.
  BlobId name() {
    return BlobId.of(substrate.clock().millis(), substrate.node(), substrate.tokens().next());
  }

  /// A blob is being written. The stage completes when its `W` row is durable.
  Announced announce(BlobAt at) {
    var plan = new Plan(substrate.tokens().next(), 0);
    byte[] row = new RowWriter(FORMAT, 24).number(clock()).volume(at.volume()).done();
    underway.add(at.id());
    return new Announced(at, rows.submit(plan.putNew(key(at.id()), row)));
  }

  private long clock() {
    return substrate.clock().millis();
  }

  private static VolumeId volume(byte[] row) {
    if (RowReader.format(row) == WITHOUT_VOLUME) return VolumeId.UNKNOWN;
    return RowReader.read(
        row,
        FORMAT,
        in -> {
          long _ = in.number();
          return in.volume();
        });
  }

  /// A blob, and what came of its `W` row. When that was rejected, blob and row are somebody
  /// else's.
  record Announced(BlobAt blob, CompletionStage<CommitResult> durable) {
    /// Returns when the `W` row is durable.
    void await() {
      if (Rows.await(durable) instanceof CommitResult.Rejected)
        throw new StoreFailure.Conflict("the name of a new blob is taken; try again");
    }
  }

  private MetaKey key(BlobId blob) {
    return RowKeys.pending(substrate.node(), blob);
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
    var _ =
        announced
            .durable()
            .whenCompleteAsync( // not on the store's thread: a token may have to be waited for
                (result, failure) -> {
                  boolean ours = result instanceof CommitResult.Committed;
                  if (ours || failure instanceof MetaException.Indeterminate)
                    bury(announced.blob());
                  else over(announced.blob().id());
                },
                Thread::startVirtualThread);
  }

  private void bury(BlobAt at) {
    try {
      var _ = rows.submit(toGarbage(at)).whenComplete((_, failure) -> buried(at.id(), failure));
    } catch (StoreFailure e) {
      buried(at.id(), e);
    }
  }

  private void buried(BlobId blob, @Nullable Throwable failure) {
    underway.remove(blob);
    if (failure != null) LOG.debug("blob {} is left to the next sweep", blob, failure);
  }

  private Plan toGarbage(BlobAt at) {
    var plan = new Plan(substrate.tokens().next(), clock());
    settleIn(plan, at.id());
    return plan.discard(new Garbage.Stray(at).toRow());
  }

  /// Turns the blobs that nobody here is writing into garbage; returns how many.
  int sweep() {
    int swept = 0;
    var range = RowKeys.pending(substrate.node());
    Optional<MetaKey> next = Optional.of(range.fromInclusive());
    while (next.isPresent()) {
      Page page = rows.scan(Scan.of(range, 1000).from(next.get()));
      for (Item item : page.items()) {
        if (!(item instanceof Item.Row(var entry))) continue;
        BlobId blob = RowKeys.pendingBlob(entry.key());
        if (underway.contains(blob)) continue;
        var at = new BlobAt(blob, volume(entry.value()));
        if (rows.commit(toGarbage(at)) instanceof CommitResult.Committed) swept++;
      }
      next = page.next();
    }
    return swept;
  }
}
