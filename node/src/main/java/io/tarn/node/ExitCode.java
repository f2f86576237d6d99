package io.tarn.node;

/// What the process says when it ends. Part of the interface: scripts rely on it.
public enum ExitCode {
  OK(0),
  FAILURE(1),
  /// The command line or the configuration is wrong.
  USAGE(2),
  /// Some of several things failed.
  PARTIAL(3),
  NOT_FOUND(4),
  DENIED(5),
  UNREACHABLE(6),
  /// The server lost a thread it cannot do without, or did not end when it was told to
  /// (`EX_SOFTWARE` of sysexits.h): start it again.
  BROKEN(70),
  /// A passing fault: the same command may succeed later (`EX_TEMPFAIL` of sysexits.h).
  TRY_AGAIN(75),
  INTERRUPTED(130);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  public int value() {
    return value;
  }
}
