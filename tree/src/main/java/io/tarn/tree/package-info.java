/// A directory tree as the origin of linked buckets: [io.tarn.tree.DirectoryOrigin]. A key is a
/// path, an object a plain file, and whoever looks into the directory without Tarn finds just that;
/// what a file cannot say of itself (ETag, checksum, metadata, tags) stands beside it in an
/// extended attribute, or in a side-car where the file system has none.
///
/// Start at `Place` for which keys there can be, at `FileRecords` for what is kept beside the
/// bytes, at `Installing` for how a key changes. Everything is done from descriptors, one component
/// of a path at a time, so that no symbolic link is ever followed (`Descriptor`).
@NullMarked
package io.tarn.tree;

import org.jspecify.annotations.NullMarked;
