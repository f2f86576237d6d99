package io.tarn.observe;

import java.time.Instant;

/// What is remembered of one request. Text that does not apply is empty. No part of it can repeat
/// the request: signatures and tokens are taken out of the target before it is kept.
public record RequestRecord(
    Instant time, String requestId, Subject subject, Wire wire, Outcome outcome, Timing timing) {

  /// What was asked for, in S3's words, and by whom. `operation` is the API name, as `GetObject`.
  public record Subject(
      String operation, String bucket, String key, String version, String caller) {
    public static final Subject NONE = new Subject("", "", "", "", "");
  }

  /// How it arrived. `target` is the raw path and query.
  public record Wire(String remote, String method, String target, String userAgent) {
    public Wire {
      target = Redaction.of(target);
    }
  }

  /// How it ended. `errorCode` is the S3 code; bytes are those of bodies.
  public record Outcome(int status, String errorCode, long bytesIn, long bytesOut) {}

  /// From the first byte of the request: to the end of the reply, and to its first byte.
  public record Timing(long totalMicros, long firstByteMicros) {}

  String json() {
    return new JsonLine()
        .text("time", time.toString())
        .text("request_id", requestId)
        .text("operation", subject.operation())
        .text("bucket", subject.bucket())
        .text("key", subject.key())
        .text("version_id", subject.version())
        .text("caller", subject.caller())
        .text("remote", wire.remote())
        .text("method", wire.method())
        .text("target", wire.target())
        .text("user_agent", wire.userAgent())
        .number("status", outcome.status())
        .text("error", outcome.errorCode())
        .number("bytes_in", outcome.bytesIn())
        .number("bytes_out", outcome.bytesOut())
        .number("total_micros", timing.totalMicros())
        .number("first_byte_micros", timing.firstByteMicros())
        .end();
  }

  String human() {
    var line = new StringBuilder(200);
    line.append(time).append(' ').append(outcome.status()).append(' ');
    if (!outcome.errorCode().isEmpty()) line.append(outcome.errorCode()).append(' ');
    line.append(wire.method())
        .append(' ')
        .append(wire.target())
        .append(' ')
        .append(subject.operation());
    line.append(' ').append(timing.totalMicros()).append("us in=").append(outcome.bytesIn());
    line.append(" out=").append(outcome.bytesOut()).append(" caller=").append(subject.caller());
    line.append(" remote=").append(wire.remote()).append(" id=").append(requestId);
    return HumanLine.oneLine(line);
  }
}
