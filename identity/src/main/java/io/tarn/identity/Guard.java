package io.tarn.identity;

/// The one permission check. A pure function: the same question has the same answer.
///
/// An explicit deny of any policy wins. Within a tenant, the user's policies or the bucket's policy
/// must allow; the tenant's root needs neither. Across tenants, both sides must: the caller's own
/// policies (root: always) and the bucket's policy. The anonymous caller has only the bucket's
/// policy. The root of the bucket's owner can always read and replace the bucket's policy, so that
/// nobody locks themselves out.
public final class Guard {
  private Guard() {}

  /// `bucketPolicy` is [Policy#NONE] where there is no bucket or it has none, and
  /// [Policy#UNREADABLE] where what is stored cannot be read.
  public static Decision decide(
      Caller caller, Demand demand, Circumstances circumstances, Policy bucketPolicy) {
    return new Decision(false, "not yet");
  }
}
