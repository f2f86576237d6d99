package io.tarn.tree;

import io.tarn.bytes.Digester;
import io.tarn.store.ETag;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;

/// What the file system says of a file. As long as `inode`, `size` and `modifiedNanos` are what
/// they were, it is taken for unchanged.
///
/// - `type`: the bits of the mode that say what it is
/// - `bornNanos`: when it was made, 0 where the file system does not know
record FileState(int type, long inode, long size, long modifiedNanos, long bornNanos) {
  private static final int DIRECTORY = 0x4000;
  private static final int REGULAR = 0x8000;

  boolean isRegular() {
    return type == REGULAR;
  }

  boolean isDirectory() {
    return type == DIRECTORY;
  }

  /// As precisely as S3 says it.
  Instant modified() {
    return Instant.ofEpochMilli(Math.floorDiv(modifiedNanos, 1_000_000L));
  }

  /// The tag of bytes that somebody else wrote, which nobody has read: the same as long as the file
  /// is. The dash says that it is the MD5 of nothing.
  ETag tag() {
    ByteBuffer all = ByteBuffer.allocate(3 * Long.BYTES);
    all.putLong(inode).putLong(size).putLong(modifiedNanos).flip();
    var digester = new Digester(null);
    digester.update(all);
    return new ETag(HexFormat.of().formatHex(digester.finish().md5()) + "-0");
  }

  /// Whether it is the same file with the same bytes.
  boolean isSame(FileState other) {
    return inode == other.inode && size == other.size && modifiedNanos == other.modifiedNanos;
  }
}
