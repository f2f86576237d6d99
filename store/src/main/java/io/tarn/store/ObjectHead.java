package io.tarn.store;

/// Everything about one version of an object but its bytes. `version` is always concrete
/// ([Version#NULL] in a bucket without versioning).
public record ObjectHead(
    Key key,
    Version version,
    TenantId owner,
    Content content,
    Metadata metadata,
    Tags tags,
    Acl acl) {}
