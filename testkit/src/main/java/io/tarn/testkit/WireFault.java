package io.tarn.testkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Something that goes wrong between a client and an S3 server, for one request ([FaultProxy]).
/// Positions are in bytes of a body, from 0; what frames chunks is not counted.
public sealed interface WireFault {
  /// The request is held for so long before the server sees it.
  record Latency(Duration before) implements WireFault {}

  /// The body of the reply comes at this rate.
  record Bandwidth(long bytesPerSecond) implements WireFault {}

  /// The body of the reply comes a byte at a time.
  record SlowDrip(Duration between) implements WireFault {}

  /// The connection is reset after so much of the body of the reply; with 0 right behind its head.
  record ResetInReply(long after) implements WireFault {}

  /// The connection is reset after so much of the body of the request; the server sees that much.
  record ResetInRequest(long after) implements WireFault {}

  /// The connection is closed after so much of the body of a reply that announces all of it.
  record Truncated(long after) implements WireFault {}

  /// The reply is so long and says so: nothing on the wire tells that there was more. Only of
  /// replies that say how long they are.
  record TruncatedUnnoticed(long after) implements WireFault {}

  /// One bit of the body of the reply is another.
  record FlippedInReply(long at) implements WireFault {}

  /// One bit of the body of the request is another.
  record FlippedInRequest(long at) implements WireFault {}

  /// An error of S3, without the server being asked. `retryAfter` null for no such header.
  record Refusal(int status, String code, @Nullable Duration retryAfter) implements WireFault {}

  /// The server gets to see no `Range`, and so answers 200 with everything.
  record RangeIgnored() implements WireFault {}

  /// 200, and in the body an error, as S3 answers completions and copies that fail late. The server
  /// is not asked.
  record ErrorInSuccess(String code) implements WireFault {}

  /// The server does what it was asked to, and the connection is reset before the reply.
  record ReplyLost() implements WireFault {}

  /// What a proxy on the way has to say: a page of HTML.
  record HtmlPage(int status) implements WireFault {}

  /// The bucket is in another region than it was asked in.
  record WrongRegion(String region) implements WireFault {}

  /// The connection is reset as soon as the request has come.
  record ResetAtOnce() implements WireFault {}

  /// No answer ever comes, and the server is not asked.
  record Silence() implements WireFault {}
}
