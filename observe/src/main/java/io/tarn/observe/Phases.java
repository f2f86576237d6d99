package io.tarn.observe;

import java.util.function.LongSupplier;

/// The stopwatch of one request: one array, nothing else. Used by one thread at a time; a hand-over
/// must be a happens-before edge. An EnumMap would box every time that is added.
@SuppressWarnings("EnumOrdinal")
public final class Phases {
  private static final Phase[] ALL = Phase.values();

  private final long[] nanos = new long[ALL.length];
  private final LongSupplier clock;
  private final long start;
  private long lap;

  Phases(LongSupplier clock) {
    this.clock = clock;
    start = clock.getAsLong();
    lap = start;
  }

  public static Phases start() {
    return new Phases(System::nanoTime);
  }

  /// Adds the time since the last lap (or the start) to the phase. Returns that time in
  /// nanoseconds.
  public long lap(Phase phase) {
    long now = clock.getAsLong();
    long spent = now - lap;
    nanos[phase.ordinal()] += spent;
    lap = now;
    return spent;
  }

  /// Starts a lap without giving the time since the last one to any phase.
  public void skip() {
    lap = clock.getAsLong();
  }

  /// Adds a time that was measured elsewhere.
  public void add(Phase phase, long moreNanos) {
    nanos[phase.ordinal()] += moreNanos;
  }

  public long nanos(Phase phase) {
    return nanos[phase.ordinal()];
  }

  public long totalNanos() {
    return clock.getAsLong() - start;
  }

  /// The value of a `Server-Timing` header: every phase that took time, then the total;
  /// milliseconds with up to three decimals.
  public String serverTiming() {
    var header = new StringBuilder(96);
    for (var phase : ALL) {
      if (nanos[phase.ordinal()] > 0) {
        append(header, phase.word(), nanos[phase.ordinal()]).append(", ");
      }
    }
    return append(header, "total", totalNanos()).toString();
  }

  private static StringBuilder append(StringBuilder header, String word, long nanos) {
    long micros = (nanos + 500) / 1000;
    header.append(word).append(";dur=").append(micros / 1000);
    int rest = (int) (micros % 1000);
    if (rest == 0) return header;
    header.append('.').append((char) ('0' + rest / 100));
    if (rest % 100 != 0) header.append((char) ('0' + rest / 10 % 10));
    if (rest % 10 != 0) header.append((char) ('0' + rest % 10));
    return header;
  }
}
