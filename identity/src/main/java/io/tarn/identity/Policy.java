package io.tarn.identity;

import io.tarn.store.BucketName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An IAM policy, understood: `2012-10-17` (or the older `2008-10-17`, without variables).
/// Immutable; parse once and share.
///
/// Reading is strict: an unknown element, operator, condition key or S3 action, a doubled key, a
/// document over the size or nesting limit is a [MalformedPolicy], never ignored.
public final class Policy {
  /// The limit of any policy, in UTF-8 bytes: S3's for a bucket policy.
  public static final int MAX_BYTES = 20 * 1024;

  /// No policy: says nothing, so allows nothing.
  public static final Policy NONE = new Policy("no policy", List.of());

  /// Allows everything; the ceiling of a key without one.
  public static final Policy EVERYTHING = everything(Effect.ALLOW, "no ceiling");

  /// Stands for a policy that is stored but cannot be read: denies everything, because unreadable
  /// is never the same as absent.
  public static final Policy UNREADABLE = everything(Effect.DENY, "a policy that cannot be read");

  private final String name;
  private final List<Statement> statements;

  Policy(String name, List<Statement> statements) {
    this.name = name;
    this.statements = List.copyOf(statements);
  }

  private static Policy everything(Effect effect, String name) {
    var scope =
        new Statement.Scope(
            Principals.ANYONE, EnumSet.allOf(Action.class), Resources.ALL, List.of());
    return new Policy(name, List.of(new Statement(effect, scope, null, name)));
  }

  /// Reads the policy of a bucket: every statement names principals, and resources of this bucket
  /// only. Fails with [MalformedPolicy].
  public static Policy ofBucket(String json, BucketName bucket) {
    return ofBucket(json, bucket, false);
  }

  /// The same for one that is about to be stored: it must also be able to mean what it says.
  public static Policy newOfBucket(String json, BucketName bucket) {
    return ofBucket(json, bucket, true);
  }

  private static Policy ofBucket(String json, BucketName bucket, boolean fresh) {
    return new PolicyReader("bucket policy", new PolicyReader.OfBucket(bucket), fresh).read(json);
  }

  /// Reads a policy to attach to users under `name`: no principals. Fails with [MalformedPolicy].
  public static Policy ofIdentity(String json, String name) {
    return ofIdentity(json, name, false);
  }

  /// The same for one that is about to be stored: it must also be able to mean what it says.
  public static Policy newOfIdentity(String json, String name) {
    return ofIdentity(json, name, true);
  }

  private static Policy ofIdentity(String json, String name, boolean fresh) {
    return new PolicyReader("policy " + name, new PolicyReader.OfIdentity(), fresh).read(json);
  }

  /// The first statement that denies, else the first that allows, else null.
  @Nullable Decision decide(Question question) {
    Decision allowed = null;
    for (Statement statement : statements) {
      if (allowed != null && statement.effect() == Effect.ALLOW) continue;
      if (!statement.applies(question)) continue;
      if (statement.effect() == Effect.DENY) return statement.decision();
      allowed = statement.decision();
    }
    return allowed;
  }

  /// What is left of it for one caller and one request, whatever object it is about.
  Policy settled(Question question) {
    var open = new ArrayList<Statement>(statements.size());
    boolean same = true;
    for (Statement statement : statements) {
      Statement left = statement.settled(question);
      same &= left == statement;
      if (left != null) open.add(left);
    }
    return same ? this : new Policy(name, open);
  }

  /// Whether a statement allows this to everyone, somewhere and under some condition.
  boolean mayAllowAnybody(Action action) {
    for (Statement statement : statements) {
      if (statement.mayAllowAnybody(action)) return true;
    }
    return false;
  }

  List<Statement> statements() {
    return statements;
  }

  @Override
  public String toString() {
    return name;
  }
}
