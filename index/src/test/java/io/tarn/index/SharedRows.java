package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Durability;
import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaException;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.meta.Subscription;
import io.tarn.testkit.Machine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Rows that several machines share and that no crash loses, as one life of one of these sees them:
/// what it asks for is on its way for a while, also when it is gone by then, and of some batches it
/// never hears what became of them.
final class SharedRows extends Forwarding {
  private final Machine machine;
  private final int life;
  private final Consumer<Batch> onCommit;

  /// `onCommit` is told of each batch that is about to be applied.
  SharedRows(MemoryMetaStore inner, Machine machine, Consumer<Batch> onCommit) {
    super(inner);
    this.machine = machine;
    this.life = machine.starts();
    this.onCommit = onCommit;
  }

  private SplittableRandom random() {
    return machine.simulation().random(machine.name() + " rows");
  }

  private Duration micros(int most) {
    return Duration.ofNanos(1_000L * random().nextInt(1, most));
  }

  private void later(Duration pause, Runnable work) {
    machine.simulation().at(Duration.ofNanos(machine.simulation().nanos()).plus(pause), work);
  }

  /// Only whoever still lives hears.
  private void answer(Duration pause, Runnable answer) {
    later(
        pause,
        () -> {
          if (machine.isUp() && machine.starts() == life) machine.after(Duration.ZERO, answer);
        });
  }

  @Override
  public CompletionStage<CommitResult> commit(Batch batch) {
    var answer = new CompletableFuture<CommitResult>();
    later(
        micros(isSlow(batch) ? 6_000_000 : 5_000),
        () -> {
          if (machine.starts() != life) return; // lost on its way
          CommitResult result = MetaStore.await(inner.commit(checked(batch)));
          boolean lost = random().nextInt(40) == 0;
          answer(
              micros(5_000),
              () -> {
                if (lost) {
                  answer.completeExceptionally(
                      new MetaException.Indeterminate("no answer came", null));
                } else {
                  answer.complete(result);
                }
              });
        });
    return answer;
  }

  /// Now and then; those that nobody waits for more often.
  private boolean isSlow(Batch batch) {
    return random().nextInt(batch.durability() == Durability.SYNC ? 30 : 4) == 0;
  }

  private Batch checked(Batch batch) {
    onCommit.accept(batch);
    return batch;
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return () -> {};
  }

  @Override
  public CompletionStage<Optional<Entry>> get(MetaKey key) {
    return read(() -> inner.get(key));
  }

  @Override
  public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    return read(() -> inner.getAll(keys));
  }

  @Override
  public CompletionStage<Page> scan(Scan scan) {
    return read(() -> inner.scan(scan));
  }

  /// As of some moment between question and answer.
  private <T> CompletionStage<T> read(Supplier<CompletionStage<T>> read) {
    var answer = new CompletableFuture<T>();
    later(
        micros(2_000),
        () -> {
          T found = MetaStore.await(read.get());
          answer(micros(random().nextInt(10) == 0 ? 300_000 : 2_000), () -> answer.complete(found));
        });
    return answer;
  }
}
