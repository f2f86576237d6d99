package io.tarn.testkit;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Versioning;
import io.tarn.testkit.Operation.Asked;
import io.tarn.testkit.Operation.Body;
import io.tarn.testkit.Operation.Browse;
import io.tarn.testkit.Operation.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Random sequences of operations, the same for the same seed. Keys, bodies and versions are few,
/// so that operations meet.
public final class Sequences {
  private static final List<String> KEYS =
      List.of(
          "a",
          "a/",
          "a/b",
          "a//",
          "a/b/c",
          "a\u0000",
          "a\u0000/x",
          "a\u0001",
          "b/c/d",
          "b/c",
          "0",
          "é",
          "\uFFFD",
          "\uD83D\uDE00/x");
  private static final List<String> PREFIXES =
      List.of("", "", "", "a", "a/", "a\u0000", "b", "b/c", "é", "zz", "\uD83D\uDE00");
  private static final List<String> DELIMITERS =
      List.of("", "/", "/", "//", "/b", "\u0000", "\u0001", "a", "c/");
  private static final List<String> MARKERS =
      List.of("", "", "", "a", "a/", "a/a", "a/b", "a\u0000", "b/", "c", "\uFFFF", "a/b/c/d");
  private static final int[] LENGTHS = {0, 1, 7, 20, 300};

  private final SplittableRandom random;
  private final int longest;

  /// `longest` is the length of the longest bodies.
  public Sequences(long seed, int longest) {
    this.random = new SplittableRandom(seed);
    this.longest = longest;
  }

  public List<Operation> next(int length) {
    List<Operation> operations = new ArrayList<>(length);
    for (int i = 0; i < length; i++) operations.add(operation());
    return operations;
  }

  private Operation operation() {
    return switch (random.nextInt(100)) {
      case 0, 1 -> new Operation.Switch(oneOf(List.of(Versioning.ENABLED, Versioning.SUSPENDED)));
      case 2 -> new Operation.Recreate();
      case 3, 4, 5 -> new Operation.Tidy();
      case 6, 7, 8, 9 -> new Operation.Start(key(), checksum());
      case 10, 11, 12, 13, 14, 15, 16, 17 ->
          new Operation.AddPart(random.nextInt(8), number(), body());
      case 18, 19 -> new Operation.CopyPart(random.nextInt(8), number(), key());
      case 20, 21, 22, 23, 24, 25 -> finish();
      case 26 -> new Operation.GiveUp(random.nextInt(8));
      case 27, 28, 29, 30 -> new Operation.Duplicate(key(), version(), key(), random.nextBoolean());
      case 31, 32, 33 -> new Operation.Tag(key(), version(), random.nextInt(3));
      case 34, 35, 36 -> new Operation.Slice(key(), random.nextInt(10), random.nextInt(1, 300));
      default -> common();
    };
  }

  private Operation common() {
    int dice = random.nextInt(60);
    if (dice < 22) return new Operation.Write(key(), body(), asked(), random.nextInt(3));
    if (dice < 32) return new Operation.Look(key(), version(), asked());
    if (dice < 44) return new Operation.Remove(key(), version(), asked());
    return new Browse(
        oneOf(List.of(Browse.Kind.values())),
        oneOf(PREFIXES),
        oneOf(DELIMITERS),
        oneOf(MARKERS),
        random.nextInt(8));
  }

  private Operation finish() {
    List<Integer> numbers = new ArrayList<>();
    for (int number = 1; number <= 4; number++) {
      if (random.nextInt(4) > 0) numbers.add(number);
    }
    return new Operation.Finish(random.nextInt(8), numbers, random.nextInt(6) == 0, asked());
  }

  private @Nullable ChecksumAlgorithm checksum() {
    if (random.nextInt(3) == 0) return null;
    return oneOf(List.of(ChecksumAlgorithm.values()));
  }

  private int number() {
    return random.nextInt(1, 5);
  }

  private String key() {
    return oneOf(KEYS);
  }

  private Body body() {
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    return new Body(random.nextInt(3), random.nextInt(8) == 0 ? longest : length);
  }

  private Asked asked() {
    Wish wish = random.nextInt(3) > 0 ? Wish.NOTHING : oneOf(List.of(Wish.values()));
    return new Asked(wish, body());
  }

  private int version() {
    int dice = random.nextInt(10);
    if (dice < 5) return Operation.LATEST_VERSION;
    return dice < 6 ? Operation.NULL_VERSION : random.nextInt(64);
  }

  private <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
