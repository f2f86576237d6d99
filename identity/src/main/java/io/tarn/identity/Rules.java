package io.tarn.identity;

/// What the owners of a bucket and its objects decided about others: the bucket's policy
/// ([Policy#NONE] where there is no bucket or it has none, [Policy#UNREADABLE] where what is stored
/// cannot be read) and the ACLs.
public record Rules(Policy policy, Acls acls) {}
