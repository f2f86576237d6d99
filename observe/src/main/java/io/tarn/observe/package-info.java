/// What a running Tarn says about itself: metrics, a log, one record per request, the time a
/// request spent in each phase, and the request id that ties them together. Everything here is
/// cheap enough for the hot path: counters are resolved once and then incremented without
/// allocation, request records are written by a thread of their own, and what is switched off costs
/// one branch.
///
/// [io.tarn.observe.Metrics] hides the Prometheus client, [io.tarn.observe.Logs] sets up Logback
/// without any file, and [io.tarn.observe.RequestLog] writes the access log. No signature, token or
/// secret leaves through any of them.
@NullMarked
package io.tarn.observe;

import org.jspecify.annotations.NullMarked;
