/// Metrics, request log, tracing hooks.
@NullMarked
package io.tarn.observe;

import org.jspecify.annotations.NullMarked;
