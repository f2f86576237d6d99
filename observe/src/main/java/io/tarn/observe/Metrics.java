package io.tarn.observe;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics of one process. Each name may be made once. Names follow the Prometheus conventions:
/// base units, `_seconds`, `_bytes`; `_total` is added to counters. Thread-safe.
public final class Metrics {
  /// Upper bounds in seconds: from a hit in memory to a request about to time out.
  private static final double[] SECONDS = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    30
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final MetricsSettings settings;
  private final AtomicBoolean jvmPending;

  public Metrics(MetricsSettings settings) {
    this.settings = settings;
    this.jvmPending = new AtomicBoolean(settings.jvm());
  }

  /// A rendered page.
  ///
  /// - `contentType`: the value of the `Content-Type` header
  public record Page(String contentType, byte[] body) {}

  public Counter counter(String name, String help) {
    return counter(name, help, new String[0]).with(new String[0]);
  }

  public Labelled<Counter> counter(String name, String help, String... labels) {
    io.prometheus.metrics.core.metrics.Counter counter =
        io.prometheus.metrics.core.metrics.Counter.builder()
            .name(name)
            .help(help)
            .labelNames(labels)
            .withoutExemplars()
            .register(registry);
    return new Labelled<>(
        labels.length, settings, values -> new Counter(counter.labelValues(values)));
  }

  /// A counter that something else keeps; it is read when the page is rendered and must never go
  /// down.
  public void counter(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  /// The same with one label: label value to count. The caller bounds the map.
  public void counter(
      String name, String help, String label, Supplier<Map<String, Double>> values) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(callback -> values.get().forEach((key, value) -> callback.call(value, key)))
        .register(registry);
  }

  /// Counters with several labels that something else keeps: label values to count. They are read
  /// when the page is rendered and must never go down. The first label is bounded as that of
  /// [Labelled]; the caller bounds the others.
  public void counters(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Double>> values) {
    Set<String> kept = ConcurrentHashMap.newKeySet();
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(
            callback ->
                bounded(values.get(), kept)
                    .forEach((key, value) -> callback.call(value, key.toArray(String[]::new))))
        .register(registry);
  }

  /// Gauges with several labels, as [#counters].
  public void gauges(
      String name, String help, List<String> labels, Supplier<Map<List<String>, Double>> values) {
    Set<String> kept = ConcurrentHashMap.newKeySet();
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels.toArray(String[]::new))
        .callback(
            callback ->
                bounded(values.get(), kept)
                    .forEach((key, value) -> callback.call(value, key.toArray(String[]::new))))
        .register(registry);
  }

  /// Those whose first label came too late to be one of those that are kept, under one name.
  private Map<List<String>, Double> bounded(Map<List<String>, Double> values, Set<String> kept) {
    Map<List<String>, Double> bounded = new HashMap<>();
    values.forEach(
        (key, value) -> {
          List<String> shown = new ArrayList<>(key);
          if (kept.size() < settings.maxLabelValues()) kept.add(key.getFirst());
          if (!kept.contains(key.getFirst())) shown.set(0, Labelled.OTHER);
          bounded.merge(shown, value, Double::sum);
        });
    return bounded;
  }

  /// A value that is read when the page is rendered.
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /// A gauge with one label: label value to gauge value, read when the page is rendered. The caller
  /// bounds the map.
  public void gauge(String name, String help, String label, Supplier<Map<String, Double>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(callback -> values.get().forEach((key, value) -> callback.call(value, key)))
        .register(registry);
  }

  public Histogram histogram(String name, String help) {
    return histogram(name, help, new String[0]).with(new String[0]);
  }

  /// Durations in seconds. Classic buckets only: native ones exist on the wire in protobuf alone,
  /// which is not offered here.
  public Labelled<Histogram> histogram(String name, String help, String... labels) {
    io.prometheus.metrics.core.metrics.Histogram histogram =
        io.prometheus.metrics.core.metrics.Histogram.builder()
            .name(name)
            .help(help)
            .labelNames(labels)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars()
            .register(registry);
    return new Labelled<>(
        labels.length, settings, values -> new Histogram(histogram.labelValues(values)));
  }

  /// Renders OpenMetrics text if the `Accept` header asks for it, else Prometheus text.
  public Page render(@Nullable String accept) {
    // The management beans cost tens of milliseconds, which a start should not pay.
    if (jvmPending.compareAndSet(true, false)) JvmMetrics.builder().register(registry);
    var openMetrics = OpenMetricsTextFormatWriter.create();
    ExpositionFormatWriter writer =
        openMetrics.accepts(accept) ? openMetrics : PrometheusTextFormatWriter.create();
    var body = new ByteArrayOutputStream(16 << 10);
    try {
      writer.write(body, registry.scrape(), EscapingScheme.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(writer.getContentType(), body.toByteArray());
  }
}
