package io.tarn.store;

/// A change to what is said about a version, not to its bytes.
public record Annotate(
    Bucket bucket, Key key, Version version, Annotation annotation, Permit permit) {
  public Annotate(Bucket bucket, Key key, Version version, Annotation annotation) {
    this(bucket, key, version, annotation, Permit.ANY);
  }

  /// What can be changed after the fact.
  public sealed interface Annotation {}

  /// Replaces the tag set; [Tags#NONE] removes it.
  public record SetTags(Tags tags) implements Annotation {}

  /// Replaces the ACL by the one that means this where `owner` owns the version. Pure.
  public record SetAcl(AclFor acl) implements Annotation {
    public SetAcl(Acl acl) {
      this(_ -> acl);
    }
  }

  /// An ACL, once it is known who owns what it is of: a grant to the owner is no grant to others.
  @FunctionalInterface
  public interface AclFor {
    Acl of(TenantId owner);
  }
}
