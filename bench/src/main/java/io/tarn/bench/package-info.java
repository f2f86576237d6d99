/// JMH benchmarks of hot pieces and the loopback load driver. Nothing ships.
@NullMarked
package io.tarn.bench;

import org.jspecify.annotations.NullMarked;
