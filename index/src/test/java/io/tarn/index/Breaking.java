package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.Capabilities;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Damage;
import io.tarn.meta.Entry;
import io.tarn.meta.Health;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.ReadLevel;
import io.tarn.meta.Scan;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

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

  private final class BreakingRows implements MetaStore {
    private final MetaStore inner;

    BreakingRows(MetaStore inner) {
      this.inner = inner;
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
    public CompletionStage<Optional<Entry>> get(MetaKey key, ReadLevel level) {
      return unlessBroken(() -> inner.get(key, level));
    }

    @Override
    public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys, ReadLevel level) {
      return unlessBroken(() -> inner.getAll(keys, level));
    }

    @Override
    public CompletionStage<Page> scan(Scan scan) {
      return unlessBroken(() -> inner.scan(scan));
    }

    @Override
    public Capabilities capabilities() {
      return inner.capabilities();
    }

    @Override
    public Optional<AutoCloseable> subscribe(KeyRange range, ChangeListener listener) {
      return inner.subscribe(range, listener);
    }

    @Override
    public CompletionStage<List<Damage>> verify() {
      return inner.verify();
    }

    @Override
    public CompletionStage<Long> backup(Path directory) {
      return inner.backup(directory);
    }

    @Override
    public Health health() {
      return inner.health();
    }

    @Override
    public void close() {
      inner.close();
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
    public OpenBlob open(BlobId id) {
      return inner.open(id);
    }

    @Override
    public void delete(Collection<BlobId> ids) {
      run(() -> inner.delete(ids));
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
    public BlobId id() {
      return inner.id();
    }

    @Override
    public void write(ByteBuffer bytes) {
      run(() -> inner.write(bytes));
    }

    @Override
    public long commit() {
      long[] length = {0};
      run(() -> length[0] = inner.commit());
      return length[0];
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
