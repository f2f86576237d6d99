package io.tarn.s3;

import io.tarn.store.Conditions;
import io.tarn.store.Metadata;
import io.tarn.store.Tags;

/// What is said about an object that is to be written.
public record Writing(Metadata metadata, Tags tags, Conditions conditions, AclRequest acl) {}
