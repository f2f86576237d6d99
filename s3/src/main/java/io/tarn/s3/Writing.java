package io.tarn.s3;

import io.tarn.store.Conditions;
import io.tarn.store.Metadata;
import io.tarn.store.Tags;

/// What is said about an object that is to be written. `storageClass` is the one asked for, empty
/// where none is: a policy may ask for it, and the store gives each object the class it has.
public record Writing(
    Metadata metadata, Tags tags, Conditions conditions, AclRequest acl, String storageClass) {
  Writing with(Tags other) {
    return new Writing(metadata, other, conditions, acl, storageClass);
  }
}
