package io.tarn.store;

/// A change to what is said about a version, not to its bytes.
public record Annotate(Bucket bucket, Key key, Version version, Annotation annotation) {
  /// What can be changed after the fact.
  public sealed interface Annotation {}

  /// Replaces the tag set; [Tags#NONE] removes it.
  public record SetTags(Tags tags) implements Annotation {}

  /// Replaces the ACL.
  public record SetAcl(Acl acl) implements Annotation {}
}
