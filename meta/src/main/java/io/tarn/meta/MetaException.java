package io.tarn.meta;

import org.jspecify.annotations.Nullable;

/// A failure of the metadata store; its kind says what the caller should do.
public abstract sealed class MetaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private MetaException(String message, @Nullable Throwable cause, boolean trace) {
    super(message, cause, false, trace);
  }

  /// Nothing was applied; retry later or elsewhere.
  public static final class Unavailable extends MetaException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause, false);
    }
  }

  /// The disk is full and nothing was applied. What does not grow the store is still taken.
  public static final class Full extends MetaException {
    private static final long serialVersionUID = 1L;

    public Full(String message) {
      super(message, null, false);
    }
  }

  /// The queue is full and nothing was applied; slow down.
  public static final class Overloaded extends MetaException {
    private static final long serialVersionUID = 1L;

    public Overloaded(String message) {
      super(message, null, false);
    }
  }

  /// The batch may or may not have been applied. Read the key back and compare its version with the
  /// token; never re-send a batch without a guard that holds only once.
  public static final class Indeterminate extends MetaException {
    private static final long serialVersionUID = 1L;
    private final boolean full;

    public Indeterminate(String message, @Nullable Throwable cause) {
      this(message, cause, false);
    }

    public Indeterminate(String message, @Nullable Throwable cause, boolean full) {
      super(message, cause, false);
      this.full = full;
    }

    /// Whether it was a full disk.
    public boolean full() {
      return full;
    }
  }

  /// The caller's fault: a key, value or batch that is too large.
  public static final class LimitExceeded extends MetaException {
    private static final long serialVersionUID = 1L;

    public LimitExceeded(String message) {
      super(message, null, false);
    }
  }

  /// A checksum that does not match or a file that is gone: stop and look. Never treated as
  /// absence.
  public static final class Corrupt extends MetaException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause, true);
    }
  }
}
