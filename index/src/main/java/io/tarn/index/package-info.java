/// IndexedStore: own buckets; the index in MetaStore, the bytes in Blobs.
@NullMarked
package io.tarn.index;

import org.jspecify.annotations.NullMarked;
