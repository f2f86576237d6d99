package io.tarn.store;

import java.util.Set;

/// Everything about one version of an object but its bytes, as far as it was asked for
/// ([Read#facts]) and the store knows. `version` is always concrete ([Version#NULL] in a bucket
/// without versioning). `tagCount`, how many tags it has, is told also where the tags are not.
public record ObjectHead(
    Key key,
    Version version,
    Content content,
    Metadata metadata,
    int tagCount,
    Told<Tags> tagging,
    Told<TenantId> ownership,
    Told<Acl> access) {
  /// Where all of it is known.
  public ObjectHead(
      Key key,
      Version version,
      TenantId owner,
      Content content,
      Metadata metadata,
      Tags tags,
      Acl acl) {
    this(
        key,
        version,
        content,
        metadata,
        tags.values().size(),
        Told.of(tags),
        Told.of(owner),
        Told.of(acl));
  }

  /// Its tags; none where the store knows of none.
  ///
  /// @throws IllegalStateException when they were not asked for
  public Tags tags() {
    return tagging.or(Tags.NONE);
  }

  /// Who owns it; `otherwise` where the store does not know: then it is the bucket's owner.
  ///
  /// @throws IllegalStateException when that was not asked for
  public TenantId owner(TenantId otherwise) {
    return ownership.or(otherwise);
  }

  /// Its ACL; private where the store knows of none.
  ///
  /// @throws IllegalStateException when it was not asked for
  public Acl acl() {
    return access.or(Acl.PRIVATE);
  }

  /// The same, saying no more than was asked for.
  public ObjectHead telling(Set<Fact> facts) {
    boolean acl = facts.contains(Fact.ACL);
    return new ObjectHead(
        key,
        version,
        facts.contains(Fact.CHECKSUM) ? content : content.without(),
        metadata,
        tagCount,
        facts.contains(Fact.TAGS) ? tagging : Told.notAsked(),
        acl ? ownership : Told.notAsked(),
        acl ? access : Told.notAsked());
  }
}
