package io.tarn.identity;

/// A policy that is not one: `where` is the path to the place (`Statement[1].Condition`), `what`
/// says what is wrong with it. The message may be sent to whoever sent the policy.
@SuppressWarnings("serial") // never serialised
public final class MalformedPolicy extends RuntimeException {
  private final String where;
  private final String what;

  public MalformedPolicy(String where, String what) {
    super(where.isEmpty() ? what : what + " (at " + where + ")", null, false, false);
    this.where = where;
    this.what = what;
  }

  public String where() {
    return where;
  }

  public String what() {
    return what;
  }
}
