package io.tarn.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Turns log events into lines, without what would let a reader repeat a request. Runs on the
/// thread that logs, so the bound request id is that of the event.
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  /// The look of a line. `RAW` is the message alone, for text that is a finished line with nothing
  /// in it to hide.
  enum Look {
    HUMAN,
    JSON,
    RAW
  }

  private static final byte[] NOTHING = {};

  private final Look look;

  LineEncoder(Look look) {
    this.look = look;
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line =
        switch (look) {
          case HUMAN -> human(event);
          case JSON -> json(event);
          case RAW -> event.getFormattedMessage() + '\n';
        };
    return line.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  private static String json(ILoggingEvent event) {
    IThrowableProxy thrown = event.getThrowableProxy();
    return new JsonLine()
            .text("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
            .text("level", event.getLevel().toString())
            .text("logger", event.getLoggerName())
            .text("msg", message(event))
            .text("request_id", requestId())
            .text("exception", thrown == null ? "" : trace(thrown))
            .end()
        + '\n';
  }

  private static String human(ILoggingEvent event) {
    StringBuilder line =
        new StringBuilder(160).append(Instant.ofEpochMilli(event.getTimeStamp())).append(' ');
    String level = event.getLevel().toString();
    line.append(level).repeat(' ', 6 - level.length());
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    line.append(HumanLine.indented(message(event)));
    if (!requestId().isEmpty()) line.append(" [").append(requestId()).append(']');
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append("    ")
          .append(HumanLine.indented(trace(thrown).replace("\t", "  ").stripTrailing()))
          .append('\n');
    }
    return line.toString();
  }

  private static String message(ILoggingEvent event) {
    return Redaction.inText(String.valueOf(event.getFormattedMessage()));
  }

  /// Messages of exceptions quote what they could not read.
  private static String trace(IThrowableProxy thrown) {
    return Redaction.inText(ThrowableProxyUtil.asString(thrown));
  }

  private static String requestId() {
    return RequestId.CURRENT.isBound() ? RequestId.CURRENT.get() : "";
  }
}
