package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Damage;
import io.tarn.meta.Entry;
import io.tarn.meta.Health;
import io.tarn.meta.KeyRange;
import io.tarn.meta.Limits;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.meta.Subscription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Another store, as it is: for tests that change one thing about it.
abstract class Forwarding implements MetaStore {
  final MetaStore inner;

  Forwarding(MetaStore inner) {
    this.inner = inner;
  }

  @Override
  public Limits limits() {
    return inner.limits();
  }

  @Override
  public CompletionStage<Optional<Entry>> get(MetaKey key) {
    return inner.get(key);
  }

  @Override
  public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    return inner.getAll(keys);
  }

  @Override
  public CompletionStage<Page> scan(Scan scan) {
    return inner.scan(scan);
  }

  @Override
  public CompletionStage<CommitResult> commit(Batch batch) {
    return inner.commit(batch);
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return inner.subscribe(ranges, listener);
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
