package io.tarn.rows;

import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.store.StoreFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata store, blocking and failing as the waist does. The only place where a
/// [MetaException] becomes a [StoreFailure].
public final class BlockingRows {
  private static final Logger LOG = LoggerFactory.getLogger(BlockingRows.class);

  private final MetaStore meta;

  public BlockingRows(MetaStore meta) {
    this.meta = meta;
  }

  public @Nullable Entry get(MetaKey key) {
    return await(meta.get(key)).orElse(null);
  }

  /// All out of one snapshot.
  public List<Optional<Entry>> getAll(List<MetaKey> keys) {
    return await(meta.getAll(keys));
  }

  public Page scan(Scan scan) {
    return await(meta.scan(scan));
  }

  /// Commits; after an unknown outcome, looks whether the batch was applied after all. The batch's
  /// first op must write a row for which its token proves that.
  public CommitResult commit(Plan plan) {
    try {
      return MetaStore.await(meta.commit(plan.batch()));
    } catch (MetaException.Indeterminate e) {
      if (appliedAsFarAsKnown(plan)) return new CommitResult.Committed(0);
      throw failure(e);
    } catch (MetaException e) {
      throw failure(e);
    }
  }

  /// As [#commit], without waiting. The stage fails with [MetaException].
  public CompletionStage<CommitResult> submit(Plan plan) {
    return meta.commit(plan.batch());
  }

  private boolean appliedAsFarAsKnown(Plan plan) {
    try {
      return applied(plan);
    } catch (StoreFailure e) {
      LOG.debug("the outcome of a batch stays unknown", e);
      return false;
    }
  }

  private boolean applied(Plan plan) {
    MetaKey consumed = plan.consumed();
    if (consumed != null && get(consumed) == null) return true;
    MetaKey witness = plan.witness();
    if (witness == null) return false;
    Entry entry = get(witness);
    return entry != null && entry.version() == plan.token();
  }

  public static <T> T await(CompletionStage<T> stage) {
    return translated(() -> MetaStore.await(stage));
  }

  private static <T> T translated(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (MetaException e) {
      throw failure(e);
    }
  }

  public static StoreFailure failure(MetaException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case MetaException.Unavailable _ -> new StoreFailure.Unavailable(message, e);
      case MetaException.Overloaded _ -> new StoreFailure.Overloaded(message);
      case MetaException.Full _ -> new StoreFailure.OutOfSpace(message, e);
      case MetaException.Indeterminate unknown ->
          new StoreFailure.Indeterminate(message, e, unknown.full());
      case MetaException.LimitExceeded _ ->
          new StoreFailure.Invalid(StoreFailure.Reason.TOO_LARGE, message);
      case MetaException.Corrupt _ -> new StoreFailure.Corrupt(message, e);
    };
  }
}
