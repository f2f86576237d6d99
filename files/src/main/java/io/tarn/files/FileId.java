package io.tarn.files;

import io.tarn.store.BlobId;
import io.tarn.store.Key;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// What a file is called: a ULID in upper case, of a time between the end of 2009 and that of 2099.
record FileId(String text) {
  private static final long EARLIEST = Instant.parse("2009-11-30T00:00:00Z").toEpochMilli();
  private static final long LATEST = Instant.parse("2099-11-30T00:00:00Z").toEpochMilli();

  FileId {
    if (!isId(text)) throw new IllegalArgumentException("not the id of a file: " + text);
  }

  private static boolean isId(String text) {
    if (!BlobId.isName(text)) return false;
    long millis = new BlobId(text).upper() >>> 16;
    return millis >= EARLIEST && millis <= LATEST;
  }

  /// The id that a client wrote, in whatever case; empty when it is none.
  static Optional<FileId> of(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return isId(upper) ? Optional.of(new FileId(upper)) : Optional.empty();
  }

  Key key() {
    return new Key(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
