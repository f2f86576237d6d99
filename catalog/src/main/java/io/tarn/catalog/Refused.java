package io.tarn.catalog;

/// A change that the catalog does not make, or a thing it does not have; nothing was changed. The
/// message may be shown to whoever asked.
@SuppressWarnings("serial") // never serialised
public final class Refused extends RuntimeException {
  /// What the caller should do about it.
  public enum Why {
    /// There is no such thing.
    UNKNOWN,
    /// The name is taken.
    TAKEN,
    /// A name or value breaks a rule.
    INVALID,
    /// A limit is reached.
    TOO_MANY,
    /// Something else needs it still.
    IN_USE
  }

  private final Why why;

  public Refused(Why why, String message) {
    super(message, null, false, false);
    this.why = why;
  }

  /// Runs a check of names and values; what breaks a rule is refused.
  static void unless(Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw new Refused(Why.INVALID, String.valueOf(e.getMessage()));
    }
  }

  static Refused unknown(String what) {
    return new Refused(Why.UNKNOWN, "there is no " + what);
  }

  public Why why() {
    return why;
  }
}
