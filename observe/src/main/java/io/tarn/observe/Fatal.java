package io.tarn.observe;

import org.jspecify.annotations.Nullable;

/// What must not be lived with: errors of the virtual machine (no memory left on the heap, no more
/// threads), after which any thread may be missing a step. Whoever catches everything, in order to
/// answer a request or to go on with the next, asks here; the handler of uncaught exceptions is
/// told, which ends the process of a server.
public final class Fatal {
  private Fatal() {}

  /// Tells the handler of uncaught exceptions if this is, or was caused by, a fatal error.
  public static void check(Throwable thrown) {
    Error fatal = fatal(thrown);
    if (fatal == null) return;
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, fatal);
  }

  private static @Nullable Error fatal(Throwable thrown) {
    int depth = 0;
    for (Throwable cause = thrown; cause != null && depth < 16; cause = cause.getCause(), depth++) {
      if (cause instanceof VirtualMachineError error && isFatal(error)) return error;
    }
    return null;
  }

  /// Direct memory has a limit of its own: who meets it got none, and nobody else lost any. A stack
  /// that is too deep is unwound by the time it is caught.
  private static boolean isFatal(VirtualMachineError error) {
    if (error instanceof StackOverflowError) return false;
    String message = String.valueOf(error.getMessage());
    return !message.contains("direct buffer memory") && !message.contains("of direct memory");
  }
}
