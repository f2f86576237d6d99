/// Blobs in memory, for a server that keeps nothing (`tarn server --ephemeral`).
///
/// [io.tarn.memory.MemoryVolume] is to [io.tarn.store.Blobs] what a volume on a disk is: bytes
/// under names, checked each time they are read, in a bounded amount of room.
@NullMarked
package io.tarn.memory;

import org.jspecify.annotations.NullMarked;
