/// Admin API, health and metrics.
@NullMarked
package io.tarn.console;

import org.jspecify.annotations.NullMarked;
