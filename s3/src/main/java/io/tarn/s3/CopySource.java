package io.tarn.s3;

import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.Version;

/// The object a copy is made of, and on what conditions (`x-amz-copy-source…`).
public record CopySource(BucketName bucket, Key key, Version version, Conditions conditions) {}
