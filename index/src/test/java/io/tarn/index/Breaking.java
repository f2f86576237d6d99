package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.Blobs;
import io.tarn.store.Receipt;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Rows and blobs that stop working at a chosen step, as in a crash: the step itself happens or
/// does not, and nothing does afterwards.
final class Breaking {
  /// What becomes of the step at which it breaks.
  enum Manner {
    NOT_DONE,
    DONE_BUT_UNKNOWN
  }

  private final int at;
  private final Manner manner;
  private final AtomicInteger steps = new AtomicInteger();

  Breaking(int at, Manner manner) {
    this.at = at;
    this.manner = manner;
  }

  int steps() {
    return steps.get();
  }

  private enum Fate {
    DO,
    DO_AND_FAIL,
    FAIL
  }

  private Fate next() {
    int step = steps.getAndIncrement();
    if (step < at) return Fate.DO;
    return step == at && manner == Manner.DONE_BUT_UNKNOWN ? Fate.DO_AND_FAIL : Fate.FAIL;
  }

  private boolean broken() {
    return steps.get() > at;
  }

  private void run(Runnable work) {
    Fate fate = next();
    if (fate != Fate.FAIL) work.run();
    if (fate != Fate.DO) throw new StoreFailure.Unavailable("broken", null);
  }

  MetaStore rows(MetaStore inner) {
    return new BreakingRows(inner);
  }

  Blobs blobs(Blobs inner) {
    return new BreakingBlobs(inner);
  }

  private final class BreakingRows extends Forwarding {
    BreakingRows(MetaStore inner) {
      super(inner);
    }

    private <T> CompletionStage<T> unlessBroken(
        java.util.function.Supplier<CompletionStage<T>> read) {
      return broken()
          ? CompletableFuture.failedFuture(new MetaException.Unavailable("broken", null))
          : read.get();
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      return switch (next()) {
        case DO -> inner.commit(batch);
        case DO_AND_FAIL ->
            inner
                .commit(batch)
                .thenCompose(
                    _ ->
                        CompletableFuture.failedFuture(
                            new MetaException.Indeterminate("broken", null)));
        case FAIL -> CompletableFuture.failedFuture(new MetaException.Unavailable("broken", null));
      };
    }

    @Override
    public CompletionStage<Optional<Entry>> get(MetaKey key) {
      return unlessBroken(() -> inner.get(key));
    }

    @Override
    public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
      return unlessBroken(() -> inner.getAll(keys));
    }

    @Override
    public CompletionStage<Page> scan(Scan scan) {
      return unlessBroken(() -> inner.scan(scan));
    }
  }

  private final class BreakingBlobs implements Blobs {
    private final Blobs inner;

    BreakingBlobs(Blobs inner) {
      this.inner = inner;
    }

    @Override
    public Staged stage(BlobId id, long expectedLength) {
      return new BreakingStaged(inner.stage(id, expectedLength));
    }

    @Override
    public Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
      var receipt = new AtomicReference<Optional<Receipt>>(Optional.empty());
      run(() -> receipt.set(inner.share(other, id, label)));
      return receipt.get();
    }

    @Override
    public OpenBlob open(BlobAt blob) {
      return inner.open(blob);
    }

    @Override
    public List<Undeleted> delete(Collection<BlobAt> gone) {
      var stuck = new ArrayList<Undeleted>();
      run(() -> stuck.addAll(inner.delete(gone)));
      return stuck;
    }

    @Override
    public boolean holds(BlobAt blob) {
      return inner.holds(blob);
    }

    @Override
    public List<BlobId> list(String after, int limit) {
      return inner.list(after, limit);
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private final class BreakingStaged implements Blobs.Staged {
    private final Blobs.Staged inner;

    BreakingStaged(Blobs.Staged inner) {
      this.inner = inner;
    }

    @Override
    public BlobAt blob() {
      return inner.blob();
    }

    @Override
    public void write(ByteBuffer bytes) {
      run(() -> inner.write(bytes));
    }

    @Override
    public Receipt commit(BlobLabel label) {
      var receipt = new AtomicReference<>(new Receipt(inner.blob(), 0));
      run(() -> receipt.set(inner.commit(label)));
      return receipt.get();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
