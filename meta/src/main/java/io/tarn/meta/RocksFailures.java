package io.tarn.meta;

import java.io.IOException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// Turns what RocksDB reports into what the caller should do. "Not found" never arrives here.
final class RocksFailures {

  private static final String NO_SPACE = "No space left";

  private RocksFailures() {}

  static MetaException ofRead(RocksDBException e) {
    if (isDamage(e)) {
      return new MetaException.Corrupt("the metadata store is damaged: " + text(e), e);
    }
    return new MetaException.Unavailable("the metadata store cannot be read: " + text(e), e);
  }

  static boolean isDamage(RocksDBException e) {
    return switch (code(e)) {
      case Corruption -> true;
      // A file that was there at the last commit and is gone now is damage, not a reason to retry.
      case IOError -> text(e).contains("No such file");
      default -> false;
    };
  }

  static boolean isFull(RocksDBException e) {
    Status status = e.getStatus();
    return status != null
        && status.getCode() == Status.Code.IOError
        && (status.getSubCode() == Status.SubCode.NoSpace || text(e).contains(NO_SPACE));
  }

  static boolean isFull(IOException e) {
    return String.valueOf(e.getMessage()).contains(NO_SPACE);
  }

  static Status.Code code(RocksDBException e) {
    return e.getStatus() == null ? Status.Code.Undefined : e.getStatus().getCode();
  }

  static String text(RocksDBException e) {
    return String.valueOf(e.getMessage());
  }
}
