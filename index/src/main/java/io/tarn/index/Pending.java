package io.tarn.index;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Item;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.store.BlobId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
final class Pending {
  private static final Logger LOG = LoggerFactory.getLogger(Pending.class);
  static final int FORMAT = 8;

  private final Rows rows;
  private final Substrate substrate;
  private final Set<BlobId> underway = ConcurrentHashMap.newKeySet();

  Pending(Rows rows, Substrate substrate) {
    this.rows = rows;
    this.substrate = substrate;
  }

  /// A new name for a blob, and the stage that completes when its `W` row is durable.
  Announced announce() {
    long token = substrate.tokens().next();
    long now = substrate.clock().millis();
    var blob = BlobId.of(now, substrate.node(), token);
    underway.add(blob);
    byte[] row = new RowWriter(FORMAT, 16).number(now).done();
    return new Announced(blob, rows.submit(new Plan(token, 0).put(key(blob), row)));
  }

  record Announced(BlobId blob, CompletionStage<CommitResult> durable) {}

  private MetaKey key(BlobId blob) {
    return RowKeys.pending(substrate.node(), blob);
  }

  /// To be part of the plan that refers to the blob.
  void settleIn(Plan plan, BlobId blob) {
    plan.consume(key(blob));
  }

  /// The reference is durable, or it is unknown whether it is.
  void over(BlobId blob) {
    underway.remove(blob);
  }

  /// No reference will come: the blob becomes garbage.
  void discard(BlobId blob) {
    var _ =
        rows.submit(toGarbage(blob))
            .whenComplete(
                (_, failure) -> {
                  underway.remove(blob);
                  if (failure instanceof MetaException)
                    LOG.debug("blob {} is left to the next sweep", blob, failure);
                });
  }

  private Plan toGarbage(BlobId blob) {
    var plan = new Plan(substrate.tokens().next(), substrate.clock().millis());
    settleIn(plan, blob);
    return plan.discard(new Garbage.Stray(blob).toRow());
  }

  /// Turns the blobs that nobody here is writing into garbage; returns how many.
  int sweep() {
    int swept = 0;
    var range = RowKeys.pending(substrate.node());
    Optional<MetaKey> next = Optional.of(range.fromInclusive());
    while (next.isPresent()) {
      Page page = rows.scan(Scan.of(range, 1000).keysOnly().from(next.get()));
      for (Item item : page.items()) {
        if (!(item instanceof Item.Row(var entry))) continue;
        BlobId blob = RowKeys.pendingBlob(entry.key());
        if (underway.contains(blob)) continue;
        if (rows.commit(toGarbage(blob)) instanceof CommitResult.Committed) swept++;
      }
      next = page.next();
    }
    return swept;
  }
}
