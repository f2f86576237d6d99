package io.tarn.meta;

/// Waits that must not end early.
final class Uninterrupted {

  private Uninterrupted() {}

  /// Something that waits.
  interface Wait {
    void run() throws InterruptedException;
  }

  /// Waits until it is over, whatever interrupts; the interrupt is set again afterwards.
  static void run(Wait wait) {
    boolean interrupted = false;
    while (true) {
      try {
        wait.run();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
