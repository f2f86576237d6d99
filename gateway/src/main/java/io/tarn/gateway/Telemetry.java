package io.tarn.gateway;

import io.tarn.observe.Metrics;
import io.tarn.observe.RequestLog;

/// Where the gateway says what it does.
public record Telemetry(Metrics metrics, RequestLog log) {}
