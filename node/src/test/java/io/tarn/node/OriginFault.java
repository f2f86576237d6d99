package io.tarn.node;

import io.tarn.testkit.FaultRule;
import io.tarn.testkit.WireFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What can go wrong between a server and the origin of its buckets, one of each kind.
enum OriginFault {
  LATENCY(new WireFault.Latency(Duration.ofMillis(150))),
  BANDWIDTH(new WireFault.Bandwidth(600_000)),
  SLOW_DRIP(new WireFault.SlowDrip(Duration.ofMillis(10))),
  RESET_BEHIND_THE_HEAD(new WireFault.ResetInReply(0)),
  RESET_IN_THE_REPLY(new WireFault.ResetInReply(500)),
  RESET_LATE_IN_THE_REPLY(new WireFault.ResetInReply(150_000)),
  TRUNCATED(new WireFault.Truncated(400)),
  TRUNCATED_LATE(new WireFault.Truncated(150_000)),
  TRUNCATED_UNNOTICED(new WireFault.TruncatedUnnoticed(400)),
  TRUNCATED_UNNOTICED_LATE(new WireFault.TruncatedUnnoticed(150_000)),
  FLIPPED_IN_THE_REPLY(new WireFault.FlippedInReply(300)),
  RESET_IN_THE_REQUEST(new WireFault.ResetInRequest(200)),
  FLIPPED_IN_THE_REQUEST(new WireFault.FlippedInRequest(100)),
  FAILING(new WireFault.Refusal(500, "InternalError", null)),
  THROTTLED(new WireFault.Refusal(503, "SlowDown", null)),
  THROTTLED_FOR_A_SECOND(new WireFault.Refusal(503, "SlowDown", Duration.ofSeconds(1))),
  THROTTLED_FOR_LONG(new WireFault.Refusal(503, "SlowDown", Duration.ofSeconds(90))),
  RANGE_IGNORED(new WireFault.RangeIgnored()),
  ERROR_IN_SUCCESS(new WireFault.ErrorInSuccess("InternalError")),
  REPLY_LOST(new WireFault.ReplyLost()),
  CREDENTIALS_EXPIRED(new WireFault.Refusal(400, "ExpiredToken", null)),
  CREDENTIALS_REVOKED(new WireFault.Refusal(403, "InvalidAccessKeyId", null)),
  DENIED(new WireFault.Refusal(403, "AccessDenied", null)),
  PAGE_FOR_SUCCESS(new WireFault.HtmlPage(200)),
  PAGE_FOR_ABSENCE(new WireFault.HtmlPage(404)),
  PAGE_FOR_FAILURE(new WireFault.HtmlPage(502)),
  WRONG_REGION(new WireFault.WrongRegion("eu-west-9")),
  RESET_AT_ONCE(new WireFault.ResetAtOnce()),
  SILENCE(new WireFault.Silence()),
  REFUSED(null);

  @SuppressWarnings("ImmutableEnumChecker") // a record, each of them
  private final @Nullable WireFault fault;

  OriginFault(@Nullable WireFault fault) {
    this.fault = fault;
  }

  /// A day of such faults: the first request only, or all of them.
  void befall(FaultyOrigin world, boolean once) throws IOException {
    if (fault == null) {
      world.proxy.refuse();
      return;
    }
    FaultRule always = FaultRule.always(fault);
    world.proxy.rules(once ? always.nth(1) : always);
  }

  /// Whether it can befall one request alone.
  boolean canBeSingle() {
    return fault != null;
  }

  /// Whether it only makes things slow.
  boolean isHarmless() {
    return List.of(LATENCY, BANDWIDTH, RANGE_IGNORED).contains(this);
  }
}
