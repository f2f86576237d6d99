package io.tarn.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// How fast uploads go to an origin. While it takes them, as many at once as are allowed; when it
/// does not, one after another, each after a longer pause, until one gets through. Refusals are of
/// their keys, until so many came in a row that it is more likely the origin.
final class UploadPace {
  private static final int DENIALS = 8;
  private static final Duration FIRST = Duration.ofMillis(500);

  private final int most;
  private final Duration longest;
  private final RandomGenerator random;
  private int failures;
  private int denials;
  private Instant next = Instant.MIN;
  private Instant changed = Instant.MIN;

  UploadPace(int most, Duration longest, RandomGenerator random) {
    this.most = most;
    this.longest = longest;
    this.random = random;
  }

  /// Whether another may begin beside so many.
  boolean allows(int underway, Instant now) {
    return failures == 0 ? underway < most : underway == 0 && !now.isBefore(next);
  }

  void succeeded() {
    failures = 0;
    denials = 0;
  }

  /// - `began`: when the attempt did: several that fail together are one failure
  /// - `asked`: how long the origin wants to be left alone
  void failed(Instant began, Instant now, Duration asked) {
    if (failures > 0 && began.isBefore(changed)) return;
    changed = now;
    failures = Math.min(failures + 1, 30);
    long millis = Math.min(longest.toMillis(), FIRST.toMillis() << Math.min(failures - 1, 20));
    millis = Math.max(1, millis / 2 + random.nextLong(millis / 2 + 1));
    next = now.plusMillis(Math.max(millis, asked.toMillis()));
  }

  void denied(Instant began, Instant now) {
    if (++denials >= DENIALS) failed(began, now, Duration.ZERO);
  }

  /// The next attempt need not wait.
  void hurry() {
    next = Instant.MIN;
  }
}
