/// Local directories that store blobs. A [io.tarn.disk.Volume] is one directory;
/// [io.tarn.disk.Volumes] spreads blobs over several by free space. A blob is written once, beside
/// what it will become ("staged"), and becomes visible by a rename; nothing is ever edited in
/// place.
///
/// Order of durable steps: stage, sync the file, rename, sync the directory; only then does the
/// caller commit metadata that refers to the blob. Every chunk of a blob carries a CRC32C that is
/// bound to the blob's name and the chunk's place, and no byte leaves without passing it.
@NullMarked
package io.tarn.disk;

import org.jspecify.annotations.NullMarked;
