package io.tarn.tree;

import io.tarn.store.StoreFailure;
import java.io.IOException;

/// What a failure of the file system means to a request: said here, once. Paths are not the
/// client's to know, so messages have none.
record OriginErrors(String origin) {
  StoreFailure of(IOException e) {
    if (!(e instanceof CallFailed failed)) {
      return new StoreFailure.Unavailable("the origin %s does not work".formatted(origin), e);
    }
    return switch (failed.error) {
      case CallFailed.ENOSPC, CallFailed.EDQUOT, CallFailed.EFBIG ->
          new StoreFailure.OutOfSpace("the origin %s has no room".formatted(origin), e);
      case CallFailed.EACCES, CallFailed.EPERM ->
          new StoreFailure.OriginDenied(origin, "PermissionDenied");
      case CallFailed.EROFS -> new StoreFailure.OriginDenied(origin, "ReadOnlyFileSystem");
      case CallFailed.EMFILE, CallFailed.ENFILE, CallFailed.ENOMEM ->
          new StoreFailure.Overloaded("no more files can be opened");
      case CallFailed.EIO ->
          new StoreFailure.Corrupt("the origin %s cannot be read".formatted(origin), e);
      case CallFailed.ESTALE -> new StoreFailure.OriginUnreachable(origin, e);
      default -> new StoreFailure.Unavailable("the origin %s: %s".formatted(origin, e), e);
    };
  }

  /// Of what comes after the step that makes a change visible.
  StoreFailure.Indeterminate after(IOException e) {
    return new StoreFailure.Indeterminate(
        "the change is made, and may not outlive a power cut",
        e,
        of(e) instanceof StoreFailure.OutOfSpace);
  }

  /// Where the directory can only be read.
  StoreFailure.OriginDenied readOnly() {
    return new StoreFailure.OriginDenied(origin, "ReadOnlyFileSystem");
  }
}
