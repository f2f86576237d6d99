package io.tarn.console;

import io.tarn.settings.DataSize;
import io.tarn.settings.Secret;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;

/// How the console answers.
public record ConsoleSettings(
    @Setting(
            value =
                "Who may read `/metrics`: everyone who reaches the port, or only who signs. `jwt`"
                    + " is another word for `signed`.",
            fallback = "public",
            alias = {"MINIO_PROMETHEUS_AUTH_TYPE"})
        MetricsAccess metricsAccess,
    @Setting(
            value =
                "Token for `/metrics`: once set, who reads it sends `Authorization: Bearer` with"
                    + " it, or signs. Not asked of callers on this machine, unless"
                    + " `metrics-access` is `signed`. 16 characters or more.",
            fallback = "")
        Secret metricsToken,
    @Setting(value = "Longest body of an admin request.", fallback = "256 KiB") DataSize bodyLimit,
    @Setting(
            value =
                "Most entries of one page of a list, and most findings of a scrub that are kept.",
            fallback = "1000")
        int pageSize,
    @Setting(
            value =
                "Most admin requests at once, of one client three quarters; beyond it 503. Health"
                    + " is answered all the same.",
            fallback = "64")
        int maxRequests,
    @Setting(
            value = "Time in which the whole body of an admin request must have come.",
            fallback = "30s")
        Duration bodyTime,
    @Setting(
            value =
                "How far the time of a signed admin request may be from the server's. A signed"
                    + " change is good once: as long is its signature remembered.",
            fallback = "5m")
        Duration clockSkew) {
  private static final int SHORTEST_TOKEN = 16;
  private static final Duration SHORTEST_SKEW = Duration.ofSeconds(5);
  private static final Duration LONGEST_SKEW = Duration.ofMinutes(15);

  public static final ConsoleSettings DEFAULTS = Settings.defaults(ConsoleSettings.class);

  public ConsoleSettings {
    if (!metricsToken.isEmpty() && metricsToken.reveal().length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException("metrics-token has 16 characters or more");
    }
    if (bodyLimit.bytes() < 1024 || bodyLimit.bytes() > 16 << 20) {
      throw new IllegalArgumentException("body-limit lies between 1 KiB and 16 MiB");
    }
    if (pageSize < 1 || pageSize > 1000) {
      throw new IllegalArgumentException("page-size lies between 1 and 1000");
    }
    if (maxRequests < 1) throw new IllegalArgumentException("max-requests must be at least 1");
    if (!bodyTime.isPositive()) {
      throw new IllegalArgumentException("body-time must be longer than nothing");
    }
    if (clockSkew.compareTo(SHORTEST_SKEW) < 0 || clockSkew.compareTo(LONGEST_SKEW) > 0) {
      throw new IllegalArgumentException("clock-skew lies between 5s and 15m");
    }
  }
}
