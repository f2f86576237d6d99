package io.tarn.tree;

import io.tarn.observe.SystemError;
import java.io.IOException;

/// A system call that failed, with its error number.
final class CallFailed extends IOException {
  private static final long serialVersionUID = 1;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int EXDEV = 18;
  static final int ENOTDIR = 20;
  static final int EISDIR = 21;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;
  static final int EROFS = 30;
  static final int ERANGE = 34;
  static final int ENAMETOOLONG = 36;
  static final int ENOSYS = 38;
  static final int ENOTEMPTY = 39;
  static final int ELOOP = 40;
  static final int ENODATA = 61;
  static final int ENXIO = 6;
  static final int E2BIG = 7;
  static final int EOPNOTSUPP = 95;
  static final int ESTALE = 116;
  static final int EDQUOT = 122;

  final int error;

  CallFailed(String call, int error) {
    super("%s: %s".formatted(call, SystemError.text(error)), null);
    this.error = error;
  }

  /// Expected ones are many: a key that is not there is one.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  boolean is(int... errors) {
    for (int each : errors) {
      if (each == error) return true;
    }
    return false;
  }

  /// Nothing of that name, or on the way there something that is no directory: a file, or a
  /// symbolic link.
  boolean isAbsent() {
    return is(ENOENT, ENOTDIR, ELOOP);
  }
}
