package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.ChangeListener;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Durability;
import io.tarn.meta.Entry;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.meta.Subscription;
import io.tarn.testkit.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The metadata of one life of a machine: the model, whose answers take time, and which is as
/// durable as it says and no more. What follows in a crash begins with [#restarted].
class SimulatedRows extends Forwarding {
  private final Machine machine;
  private final List<Batch> log = new ArrayList<>();
  private final List<Request> queue = new ArrayList<>();
  private int durable;
  private boolean flushing;

  private record Request(Batch batch, CompletableFuture<CommitResult> answer) {}

  SimulatedRows(Machine machine) {
    super(new MemoryMetaStore());
    this.machine = machine;
  }

  /// What the next life finds: all that was durable, and as much of what followed as the disk had
  /// got to, in its order.
  SimulatedRows restarted() {
    var next = new SimulatedRows(machine);
    for (Request each : queue) log.add(each.batch);
    int kept = random().nextInt(durable, log.size() + 1);
    log.subList(0, kept).forEach(next::apply);
    next.durable = next.log.size();
    return next;
  }

  private CommitResult apply(Batch batch) {
    CommitResult result = MetaStore.await(inner.commit(batch));
    if (result instanceof CommitResult.Committed) log.add(batch);
    return result;
  }

  /// What is committed, at once: for whoever stands outside.
  MetaStore now() {
    return inner;
  }

  @Override
  public CompletionStage<CommitResult> commit(Batch batch) {
    var answer = new CompletableFuture<CommitResult>();
    queue.add(new Request(batch, answer));
    if (!flushing) machine.after(Duration.ZERO, this::flush);
    flushing = true;
    return answer;
  }

  /// As the group committer: what is queued is decided, and seen and answered when it is durable.
  private void flush() {
    List<Request> group = List.copyOf(queue);
    machine.after(
        micros(random().nextInt(30) == 0 ? 1_500_000 : 3_000),
        () -> {
          boolean sync = false;
          List<CommitResult> results = new ArrayList<>();
          for (Request each : group) {
            results.add(apply(each.batch));
            sync |= each.batch.durability() == Durability.SYNC;
          }
          queue.subList(0, group.size()).clear();
          if (sync) {
            durable = log.size();
          } else {
            machine.after(Duration.ofSeconds(1), this::sync);
          }
          for (int i = 0; i < group.size(); i++) group.get(i).answer.complete(results.get(i));
          flushing = !queue.isEmpty();
          if (flushing) flush();
        });
  }

  private void sync() {
    durable = log.size();
  }

  /// Nobody hears of anything: a feed has threads of its own.
  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return () -> {};
  }

  private SplittableRandom random() {
    return machine.simulation().random("rows");
  }

  private Duration micros(int most) {
    return Duration.ofNanos(1_000L * random().nextInt(1, most));
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

  /// From memory at once, or as of any moment of a wait for the disk, which may be long.
  private <T> CompletionStage<T> read(Supplier<CompletionStage<T>> read) {
    SplittableRandom random = random();
    if (random.nextInt(4) > 0) return read.get();
    Duration wait = micros(random.nextInt(4) == 0 ? 700_000 : 2_000);
    var answer = new CompletableFuture<T>();
    if (random.nextBoolean()) {
      T early = MetaStore.await(read.get());
      machine.after(wait, () -> answer.complete(early));
    } else {
      machine.after(wait, () -> answer.complete(MetaStore.await(read.get())));
    }
    return answer;
  }
}
