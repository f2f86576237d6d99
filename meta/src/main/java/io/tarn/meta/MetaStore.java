package io.tarn.meta;

import io.tarn.observe.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/// An ordered map from [MetaKey] to a value and its version. The order is the unsigned byte order
/// of the key.
///
/// Thread-safe, and no method blocks: the work happens on the store's own platform threads or
/// sockets. A stage that fails fails with a [MetaException]; use [#await] to wait for one on a
/// virtual thread. Arrays handed over or received are not copied: never modify them.
public interface MetaStore extends AutoCloseable {

  /// What the engine takes; callers never test its class.
  Limits limits();

  /// The entry under `key`, or empty when there is none. This read, like every other, sees each
  /// commit that was acknowledged before it began. The stage is already complete when the answer
  /// was in memory.
  CompletionStage<Optional<Entry>> get(MetaKey key);

  /// The i-th answer belongs to the i-th key; all of them come from one snapshot.
  CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys);

  /// One page out of one snapshot. Successive pages need not share a snapshot.
  CompletionStage<Page> scan(Scan scan);

  /// Applies the batch whole or not at all; it is as durable as [Batch#durability] says once the
  /// stage completes. A failed guard is a result ([CommitResult.Rejected]), not an exception.
  ///
  /// After [MetaException.Indeterminate] read the first key back: its version is the batch's token
  /// if and only if the batch was applied and not yet overwritten. Re-send only a batch with a
  /// guard that can hold only once ([Guard.VersionIs] on a key it writes).
  CompletionStage<CommitResult> commit(Batch batch);

  /// The change feed: the listener hears of every batch that touches one of the ranges, in commit
  /// order, soon after it is as durable as it asked to be. A read that begins after this returns
  /// either sees a batch, or the listener hears of it. A listener that does not keep up, or a store
  /// that cannot tell, is told of a gap ([ChangeListener#missed]); neither memory nor commits
  /// suffer from it. Fails with [MetaException.Unavailable] when the store is closed, which also
  /// ends the subscription.
  ///
  /// For caches, which need a bound on age besides: a store that is shared over a network may hear
  /// late, or be one that hears of nothing but its own commits.
  Subscription subscribe(List<KeyRange> ranges, ChangeListener listener);

  /// Reads everything that is stored and checks every checksum. An empty answer means all is well.
  /// Long-running: minutes on a large store; it never blocks readers or writers.
  CompletionStage<List<Damage>> verify();

  /// A consistent copy, made while the store runs, into a directory that must not exist yet and
  /// becomes one a store can be opened in; what was copied is read and checked. Files may be shared
  /// with the store's own, where they are on one file system. Answers the sequence of the last
  /// commit it holds. [UnsupportedOperationException] where the engine has its own backups.
  CompletionStage<Long> backup(Path directory);

  /// Registers what an operator watches over time; an engine that has nothing to show, nothing.
  /// Call it once for each registry.
  default void publish(Metrics metrics) {}

  /// What an operator wants to know now. Cheap; may be called every second.
  Health health();

  /// Refuses new work, drains what was accepted, then closes the engine. May be called twice.
  @Override
  void close();

  /// Waits for a stage of this store and throws its [MetaException] as it is. For virtual threads
  /// and tests; never call it on an event loop.
  static <T> T await(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof MetaException failure) throw failure;
      throw e;
    }
  }
}
