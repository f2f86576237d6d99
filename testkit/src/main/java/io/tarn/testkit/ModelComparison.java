package io.tarn.testkit;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Plays random sequences on a store and on the model; where they differ, finds a short sequence
/// that still tells them apart.
public final class ModelComparison {
  /// A store to compare, fresh for each sequence. `tidy` lets it collect its garbage, `close` ends
  /// it.
  public record Subject(BucketsContract.Both both, Runnable tidy, Runnable close) {}

  private final Supplier<Subject> subject;
  private final Supplier<BucketsContract.Both> model;

  public ModelComparison(Supplier<Subject> subject, Supplier<BucketsContract.Both> model) {
    this.subject = subject;
    this.model = model;
  }

  /// Fails with a short sequence and the seed when the two differ on one of the sequences.
  public void run(long seed, int sequences, int length, int longest) {
    for (int i = 0; i < sequences; i++) {
      List<Operation> operations = new Sequences(seed + i, longest).next(length);
      if (difference(operations) == null) continue;
      List<Operation> shortest =
          Shrink.smallest(operations, tried -> difference(tried) != null, 2000);
      throw new AssertionError(
          "seed %d: %s%nafter %s"
              .formatted(
                  seed + i,
                  difference(shortest),
                  String.join("\n      ", shortest.stream().map(Object::toString).toList())));
    }
  }

  /// The first difference, in words, or null.
  public @Nullable String difference(List<Operation> operations) {
    Subject tested = subject.get();
    try {
      var left = new Player(tested.both, tested.tidy);
      var right = new Player(model.get(), () -> {});
      for (Operation operation : operations) {
        String got = left.play(operation);
        String wanted = right.play(operation);
        if (!got.equals(wanted)) {
          return "%s%n  gave  %s%n  wants %s".formatted(operation, got, wanted);
        }
      }
      return null;
    } finally {
      tested.close.run();
    }
  }
}
