package io.tarn.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import io.tarn.observe.LineEncoder.Look;
import org.slf4j.LoggerFactory;

/// Sets the log up in code; no configuration file is looked for. Until [#configure] is called,
/// warnings go to standard error, so that a command's own output stays clean.
public final class Logs {
  private Logs() {}

  /// Logs to standard output from now on. May be called again; the last call counts.
  public static void configure(LogSettings settings) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Look look = settings.json() ? Look.JSON : Look.HUMAN;
    root(context, settings.level(), appender(context, ConsoleTarget.SystemOut, look));
    for (var each : settings.levels()) {
      context.getLogger(LogSettings.loggerOf(each)).setLevel(level(LogSettings.levelOf(each)));
    }
    Logger access = context.getLogger(RequestLog.LOGGER);
    access.setAdditive(false);
    access.setLevel(settings.access() ? Level.INFO : Level.OFF);
    access.addAppender(appender(context, ConsoleTarget.SystemOut, Look.RAW));
  }

  static void beforeConfiguration(LoggerContext context) {
    root(context, LogSettings.Level.WARN, appender(context, ConsoleTarget.SystemErr, Look.HUMAN));
  }

  private static void root(
      LoggerContext context, LogSettings.Level level, ConsoleAppender<ILoggingEvent> appender) {
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(level));
    root.addAppender(appender);
  }

  private static ConsoleAppender<ILoggingEvent> appender(
      LoggerContext context, ConsoleTarget target, Look look) {
    var encoder = new LineEncoder(look);
    encoder.setContext(context);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget(target.getName());
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  private static Level level(LogSettings.Level level) {
    return switch (level) {
      case OFF -> Level.OFF;
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
      case TRACE -> Level.TRACE;
    };
  }
}
