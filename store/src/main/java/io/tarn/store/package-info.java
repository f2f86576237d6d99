/// The words everyone speaks: Bucket, Key, Version, ByteRange, Payload, ObjectStore, Blobs,
// StoreFailure.
@NullMarked
package io.tarn.store;

import org.jspecify.annotations.NullMarked;
