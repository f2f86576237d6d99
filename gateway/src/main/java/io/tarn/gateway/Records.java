package io.tarn.gateway;

import io.tarn.http.Exchange;
import io.tarn.http.RequestHead;
import io.tarn.observe.Counter;
import io.tarn.observe.Histogram;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import io.tarn.observe.RequestLog;
import io.tarn.observe.RequestRecord;
import java.time.InstantSource;

/// Says of every request how it ended: counters, durations and, where it is on, the access log.
final class Records {
  private final Labelled<Counter> requests;
  private final Labelled<Histogram> seconds;
  private final Counter bytesOut;
  private final RequestLog log;
  private final InstantSource clock;

  Records(Telemetry telemetry, InstantSource clock) {
    Metrics metrics = telemetry.metrics();
    this.requests =
        metrics.counter("tarn_s3_requests", "S3 requests answered.", "operation", "status");
    this.seconds =
        metrics.histogram(
            "tarn_s3_request_seconds", "Time from request to the end of the answer.", "operation");
    this.bytesOut = metrics.counter("tarn_s3_sent_bytes", "Bytes of bodies sent.");
    this.log = telemetry.log();
    this.clock = clock;
  }

  void add(Exchange exchange, Trace trace) {
    long nanos = exchange.nanosSinceArrival();
    requests.with(trace.operation, Integer.toString(trace.status)).increment();
    seconds.with(trace.operation).observeNanos(nanos);
    bytesOut.add(exchange.bytesSent());
    if (log.isOn()) log.add(record(exchange, trace, nanos));
  }

  private RequestRecord record(Exchange exchange, Trace trace, long nanos) {
    RequestHead head = exchange.head();
    String agent = head.headers().first("user-agent");
    return new RequestRecord(
        clock.instant(),
        trace.id,
        new RequestRecord.Subject(trace.operation, trace.bucket, trace.key, "", trace.caller),
        new RequestRecord.Wire(
            head.client().address().getHostAddress(),
            head.method(),
            head.target(),
            agent == null ? "" : agent),
        new RequestRecord.Outcome(
            trace.status, trace.errorCode, exchange.body().received(), exchange.bytesSent()),
        new RequestRecord.Timing(nanos / 1000, Math.max(0, exchange.nanosToFirstByte()) / 1000));
  }
}
