package io.tarn.tree;

import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;

/// A body that has come in whole, in a file that nobody sees yet. Written by the thread of the
/// request, which waits for the client, a buffer at a time on those of the file system.
record Body(Site site, Staged file, Digests digests) implements AutoCloseable {
  /// Reads the body to its end. Nothing is left of it when that fails.
  static Body receive(Site site, Reserved reserved, Incoming content) {
    Staged file = site.make(reserved::stage);
    Body received = null;
    try {
      long size = 0;
      for (ByteBuffer next = content.next(); next != null; next = content.next()) {
        ByteBuffer bytes = next;
        size += bytes.remaining();
        site.carryOut(() -> file.write(bytes));
      }
      requireLength(content, size);
      received = new Body(site, file, content.digests());
      return received;
    } finally {
      if (received == null) site.carryOut(file::close);
    }
  }

  /// A folder has none. Nothing is written.
  static Digests none(Incoming content) {
    for (ByteBuffer next = content.next(); next != null; next = content.next()) {
      if (next.hasRemaining()) {
        throw new StoreFailure.Invalid(
            Reason.REQUEST,
            "This bucket is a directory, where a key that ends in a slash is a directory as well"
                + " and can have no bytes");
      }
    }
    requireLength(content, 0);
    return content.digests();
  }

  private static void requireLength(Incoming content, long size) {
    if (content.length() >= 0 && content.length() != size) {
      throw new StoreFailure.Invalid(
          Reason.INCOMPLETE_BODY,
          "the body has %d bytes instead of %d".formatted(size, content.length()));
    }
  }

  Facts.Sums sums() {
    return new Facts.Sums(digests.etag(), digests.checksum());
  }

  /// What was not installed goes.
  @Override
  public void close() {
    site.carryOut(file::close);
  }
}
