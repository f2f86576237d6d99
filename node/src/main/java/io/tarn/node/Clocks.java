package io.tarn.node;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// What time it is, and how much has passed.
///
/// - `wall`: may be set, and be wrong
/// - `nanos`: only ever goes on
record Clocks(InstantSource wall, LongSupplier nanos) {
  static final Clocks SYSTEM = new Clocks(InstantSource.system(), System::nanoTime);
}
