package io.tarn.meta;

import io.tarn.observe.SystemError;
import java.io.IOException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// Turns what RocksDB reports into what the caller should do. "Not found" never arrives here.
final class RocksFailures {

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
      case IOError -> SystemError.NO_SUCH_FILE.isIn(text(e));
      default -> false;
    };
  }

  static boolean isFull(RocksDBException e) {
    Status status = e.getStatus();
    return status != null
        && status.getCode() == Status.Code.IOError
        && (status.getSubCode() == Status.SubCode.NoSpace || SystemError.saysFull(text(e)));
  }

  static boolean isFull(IOException e) {
    return SystemError.isFull(e);
  }

  static Status.Code code(RocksDBException e) {
    return e.getStatus() == null ? Status.Code.Undefined : e.getStatus().getCode();
  }

  static String text(RocksDBException e) {
    return String.valueOf(e.getMessage());
  }
}
