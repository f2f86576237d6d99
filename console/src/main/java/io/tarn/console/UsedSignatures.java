package io.tarn.console;

import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/// The signatures of changes that were let through: each is good once, so that whoever sees a
/// change on its way cannot have it done again. A signature is kept as long as its time is within
/// the clock skew; what is signed before the server started, or before one that was let go of, is
/// refused, because nobody here would know it again. When there is no room the next change is
/// refused instead of an old one forgotten. Thread-safe; the caller brings the time.
final class UsedSignatures {
  /// How early a change may be signed. Short, because of a signature whose time is yet to come a
  /// server that starts meanwhile knows nothing.
  static final Duration EARLY = Duration.ofSeconds(5);

  /// Signatures kept at most, of some 300 bytes each; of one access key three quarters.
  static final int MOST = 16_384;

  private record Used(String signature, Instant signedAt, Lease place) {}

  private final Instant start;
  private final Duration skew;
  private final Budget places;
  private final Set<String> known = new HashSet<>();
  private final PriorityQueue<Used> oldestFirst =
      new PriorityQueue<>(Comparator.comparing(Used::signedAt));

  /// What is signed before is refused. Never goes back, whatever the clock does.
  private Instant horizon;

  UsedSignatures(Instant start, Duration skew) {
    this(start, skew, MOST);
  }

  UsedSignatures(Instant start, Duration skew, int most) {
    this.start = start.truncatedTo(ChronoUnit.SECONDS); // as the times of signatures are
    this.skew = skew;
    this.places = new Budget(most);
    this.horizon = this.start;
  }

  /// Lets a change through, or fails with [AdminFailure], which says what to do. The signature has
  /// been verified.
  synchronized void use(SignedBy by, Instant now) {
    forget(now);
    if (by.signedAt().isBefore(horizon)) throw late();
    if (by.signedAt().isAfter(now.plus(EARLY))) throw early(Duration.between(now, by.signedAt()));
    if (known.contains(by.signature())) throw again();
    Lease place = places.open(by.accessKey());
    if (!place.tryTake(1)) throw full(now);
    known.add(by.signature());
    oldestFirst.add(new Used(by.signature(), by.signedAt(), place));
  }

  private void forget(Instant now) {
    for (Used used = oldestFirst.peek(); used != null; used = oldestFirst.peek()) {
      if (!used.signedAt.plus(skew).isBefore(now)) return;
      oldestFirst.remove();
      known.remove(used.signature);
      used.place.close();
      Instant after = used.signedAt.plusNanos(1);
      if (after.isAfter(horizon)) horizon = after;
    }
  }

  private AdminFailure late() {
    String why =
        horizon.equals(start)
            ? "the server started, and so may have been carried out already"
            : "the oldest that is still known here, and so may have been carried out already";
    return new AdminFailure(
        403,
        "RequestExpired",
        "This change was signed before "
            + why
            + ": look whether it was, and sign it anew. (If the server's clock was set back,"
            + " restart it.)");
  }

  private static AdminFailure early(Duration ahead) {
    return new AdminFailure(
        403,
        "RequestTimeTooSkewed",
        "This change is signed %d s ahead of the server's clock; %d s are allowed. Set the clock that is wrong."
            .formatted(ahead.toSeconds(), EARLY.toSeconds()));
  }

  private static AdminFailure again() {
    return new AdminFailure(
        403,
        "RequestReplayed",
        "This very request was let through already. To have it done again, sign it again: in"
            + " another second, or with a signed header x-tarn-nonce that differs.");
  }

  private AdminFailure full(Instant now) {
    Used oldest = oldestFirst.peek();
    Duration wait =
        oldest == null ? Duration.ZERO : Duration.between(now, oldest.signedAt.plus(skew));
    return AdminFailure.slowDown(
        "Too many signed changes within the last %d s; try again later, or on the server's machine with --data."
            .formatted(skew.toSeconds()),
        wait.toSeconds() + 1);
  }
}
