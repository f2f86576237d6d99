package io.tarn.identity;

/// What was asked for is of an object or upload that nobody has looked at yet. [Authorizer#foresee]
/// goes on without it; nothing else asks before it is at hand.
public final class NotAtHand extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotAtHand() {
    super("not looked at yet", null, false, false);
  }
}
