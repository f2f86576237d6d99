/// A near-cache: an [io.tarn.store.ObjectStore] that stands before another one which is far away,
/// the origin, and keeps blocks of its objects on local disks. The origin stays the truth; nothing
/// here is the only copy of anything, and all of it may vanish at any time.
///
/// [io.tarn.cache.NearCache] decides what may be answered from here. [io.tarn.cache.BlockStore]
/// keeps the blocks within a bound of bytes, and gives none that was not checked. Between them
/// stand the fills, each one request to the origin that many readers may wait for, and the heads
/// that are remembered. Design note 010.
@NullMarked
package io.tarn.cache;

import org.jspecify.annotations.NullMarked;
