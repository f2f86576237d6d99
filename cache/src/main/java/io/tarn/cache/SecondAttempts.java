package io.tarn.cache;

/// What bounds the fetches that are made once more. Each fetch earns a twentieth of a second
/// attempt, up to ten of them, and each second attempt spends one. With what an origin's client
/// repeats, of which it does not know here, an origin that breaks off what it sends is asked a
/// tenth more than a healthy one in the long run. Thread-safe.
final class SecondAttempts {
  private static final int PRICE = 20;
  private static final int MOST = 10 * PRICE;

  private int credit = MOST;

  synchronized void earn() {
    credit = Math.min(MOST, credit + 1);
  }

  synchronized boolean spend() {
    if (credit < PRICE) return false;
    credit -= PRICE;
    return true;
  }
}
