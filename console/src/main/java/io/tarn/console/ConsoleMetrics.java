package io.tarn.console;

import io.tarn.console.Upkeep.DamagedBlob;
import io.tarn.console.Upkeep.ScrubReport;
import io.tarn.console.Upkeep.VolumeScrub;
import io.tarn.health.Vitals;
import io.tarn.health.Vitals.VolumeState;
import io.tarn.http.HttpCounts;
import io.tarn.observe.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The metrics that nobody keeps as they happen: read from the node when the page is rendered.
public final class ConsoleMetrics {
  private ConsoleMetrics() {}

  /// Volumes, the metadata store and the build.
  public static void ofNode(Metrics metrics, Vitals vitals) {
    volume(metrics, vitals, "tarn_volume_free_bytes", "Free space.", VolumeState::freeBytes);
    volume(metrics, vitals, "tarn_volume_size_bytes", "Size.", VolumeState::totalBytes);
    volume(
        metrics,
        vitals,
        "tarn_volume_writable",
        "1 when the volume takes writes, else 0.",
        state -> state.takesWrites() ? 1 : 0);
    volume(
        metrics,
        vitals,
        "tarn_volume_read_errors",
        "Reads that failed since the server started.",
        VolumeState::readErrors);
    volume(
        metrics,
        vitals,
        "tarn_volume_calls_underway",
        "Calls to the disk that have begun and not ended.",
        state -> state.calls().underway());
    volume(
        metrics,
        vitals,
        "tarn_volume_calls_hung",
        "Calls to the disk that did not end in time, and still have not.",
        state -> state.calls().hung());
    metrics.gauge(
        "tarn_metadata_queued_batches",
        "Batches accepted by the metadata store and not yet answered.",
        () -> vitals.metadata().queued());
    metrics.gauge(
        "tarn_metadata_writable",
        "1 when the metadata store takes writes, else 0.",
        () -> vitals.metadata().writable() ? 1 : 0);
    metrics.gauge(
        "tarn_garbage_rows",
        "Pieces of garbage that wait to be removed, as of the last count.",
        () -> vitals.garbage().rows());
    metrics.gauge(
        "tarn_garbage_bytes",
        "Bytes of that garbage, as far as its rows tell.",
        () -> vitals.garbage().bytes());
    metrics.gauge(
        "tarn_garbage_oldest_seconds",
        "How long the oldest garbage waits.",
        () -> vitals.garbage().oldestSeconds());
    metrics.gauge(
        "tarn_pending_blobs",
        "Blobs that are being written, or were and are not referred to yet.",
        () -> vitals.garbage().pending());
    metrics.gauge(
        "tarn_alarms",
        "What an operator should look at; `tarn status` shows it.",
        () -> vitals.alarms().size());
    metrics.gauge(
        "tarn_draining", "1 while the server drains, else 0.", () -> vitals.draining() ? 1 : 0);
    metrics.gauge(
        "tarn_start_time_seconds",
        "When the server started, in seconds since 1970.",
        () -> vitals.node().started().toEpochMilli() / 1000.0);
    metrics.gauge(
        "tarn_build_info",
        "Always 1; the label tells the version.",
        "version",
        () -> Map.of(vitals.node().version(), 1.0));
  }

  /// How scrubbing goes. A volume of which no round has come to its end has no age.
  public static void ofScrubs(Metrics metrics, Upkeep upkeep, InstantSource clock) {
    metrics.gauge(
        "tarn_volume_damaged_blobs",
        "Blobs that are damaged, as far as `tarn scrub status` lists them.",
        "volume",
        () -> {
          var counts = new LinkedHashMap<String, Double>();
          ScrubReport report = upkeep.scrub();
          for (VolumeScrub each : report.volumes()) counts.put(each.volume(), 0.0);
          for (DamagedBlob each : report.damage()) {
            if (each.isDamaged()) counts.merge(each.volume(), 1.0, Double::sum);
          }
          return counts;
        });
    metrics.gauge(
        "tarn_volume_scrub_age_seconds",
        "How long ago the last whole round of the scrubber ended.",
        "volume",
        () -> {
          var ages = new LinkedHashMap<String, Double>();
          for (VolumeScrub each : upkeep.scrub().volumes()) {
            if (each.last().ended().isAfter(Instant.EPOCH)) {
              ages.put(
                  each.volume(),
                  Duration.between(each.last().ended(), clock.instant()).toMillis() / 1000.0);
            }
          }
          return ages;
        });
    metrics.gauge(
        "tarn_scrub_findings",
        "What the present round found damaged, else the last whole one: blobs, directories, files"
            + " of the metadata.",
        () -> upkeep.scrub().damaged());
  }

  /// The counts of a listener; `listeners` names each as the label will.
  public static void ofListeners(Metrics metrics, Map<String, Supplier<HttpCounts>> listeners) {
    metrics.gauge(
        "tarn_http_open_connections",
        "Connections open now.",
        "listener",
        () -> each(listeners, HttpCounts::open));
    count(metrics, listeners, "accepted_connections", "Connections met.", HttpCounts::accepted);
    count(
        metrics,
        listeners,
        "refused_connections",
        "Connections refused because too many were open.",
        HttpCounts::refused);
    count(metrics, listeners, "requests", "Requests begun.", HttpCounts::requests);
    count(
        metrics,
        listeners,
        "malformed_requests",
        "Requests that were no HTTP.",
        HttpCounts::malformed);
    count(
        metrics,
        listeners,
        "timed_out_connections",
        "Connections closed by a timeout within a request or response.",
        HttpCounts::timedOut);
    count(metrics, listeners, "failed_requests", "Requests that met a bug.", HttpCounts::failed);
    count(
        metrics,
        listeners,
        "overdrawn",
        "Requests and connections ended because clients sent, or left unread, more than may be"
            + " kept.",
        HttpCounts::overdrawn);
  }

  private static void count(
      Metrics metrics,
      Map<String, Supplier<HttpCounts>> listeners,
      String what,
      String help,
      ToLongFunction<HttpCounts> count) {
    metrics.counter("tarn_http_" + what, help, "listener", () -> each(listeners, count));
  }

  private static Map<String, Double> each(
      Map<String, Supplier<HttpCounts>> listeners, ToLongFunction<HttpCounts> count) {
    var values = new LinkedHashMap<String, Double>();
    listeners.forEach((name, counts) -> values.put(name, (double) count.applyAsLong(counts.get())));
    return values;
  }

  private static void volume(
      Metrics metrics,
      Vitals vitals,
      String name,
      String help,
      ToDoubleFunction<VolumeState> value) {
    metrics.gauge(
        name,
        help,
        "volume",
        () -> {
          var values = new LinkedHashMap<String, Double>();
          for (VolumeState volume : vitals.volumes()) {
            values.put(volume.id(), value.applyAsDouble(volume));
          }
          return values;
        });
  }
}
