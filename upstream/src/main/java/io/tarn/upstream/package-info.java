/// The origin of linked buckets as a store: S3, spoken to another server
/// ([io.tarn.upstream.S3Origin]).
@NullMarked
package io.tarn.upstream;

import org.jspecify.annotations.NullMarked;
