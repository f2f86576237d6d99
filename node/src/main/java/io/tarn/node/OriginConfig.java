package io.tarn.node;

import io.tarn.cache.CachePolicy;
import io.tarn.settings.Setting;
import io.tarn.upstream.OriginSettings;

/// A store that buckets can be linked to, and what of it is kept here.
public record OriginConfig(
    @Setting("The origin, which speaks S3.") OriginSettings s3,
    @Setting("What is cached of it.") CachePolicy cache) {}
