package io.tarn.console;

import io.tarn.console.Upkeep.BackupReport;
import io.tarn.console.Upkeep.CheckReport;
import io.tarn.console.Upkeep.Finding;
import io.tarn.console.Upkeep.ScrubReport;
import io.tarn.health.Vitals;
import io.tarn.health.Vitals.VolumeState;
import io.tarn.store.BelongsTo;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an operator asks of the machine itself: how it is, and to look after what it stores.
final class MachineWork {
  private final Vitals vitals;
  private final Upkeep upkeep;
  private final InstantSource clock;

  MachineWork(Vitals vitals, Upkeep upkeep, InstantSource clock) {
    this.vitals = vitals;
    this.upkeep = upkeep;
    this.clock = clock;
  }

  /// How the node is; who owns what is added by others.
  ObjectNode status() {
    Vitals.Node node = vitals.node();
    long uptime = Duration.between(node.started(), clock.instant()).toSeconds();
    ObjectNode answer =
        Replies.object()
            .put("version", node.version())
            .put("node", node.id())
            .put("region", node.region())
            .put("started", time(node.started()))
            .put("uptimeSeconds", uptime)
            .put("draining", vitals.draining());
    ArrayNode volumes = answer.putArray("volumes");
    for (VolumeState volume : vitals.volumes()) volumes.add(shown(volume));
    vitals.missing().forEach(answer.putArray("missing")::add);
    Vitals.MetadataState metadata = vitals.metadata();
    answer
        .putObject("metadata")
        .put("writable", metadata.writable())
        .put("queued", metadata.queued())
        .put("sequence", metadata.sequence())
        .put("problem", metadata.problem());
    Vitals.GarbageState garbage = vitals.garbage();
    answer
        .putObject("garbage")
        .put("rows", garbage.rows())
        .put("bytes", garbage.bytes())
        .put("oldestSeconds", garbage.oldestSeconds())
        .put("pendingBlobs", garbage.pending());
    ArrayNode alarms = answer.putArray("alarms");
    for (Vitals.Alarm alarm : vitals.alarms()) {
      alarms.addObject().put("what", alarm.what()).put("detail", alarm.detail());
    }
    answer.set("scrub", scrub(false));
    return answer;
  }

  private static ObjectNode shown(VolumeState volume) {
    return Replies.object()
        .put("id", volume.id())
        .put("directory", volume.directory())
        .put("freeBytes", volume.freeBytes())
        .put("totalBytes", volume.totalBytes())
        .put("readErrors", volume.readErrors())
        .put("callsUnderway", volume.calls().underway())
        .put("callsHung", volume.calls().hung())
        .put("problem", volume.problem());
  }

  /// The files are looked at now and then; this is for who does not want to wait.
  ObjectNode reloadCertificate() {
    try {
      if (!upkeep.reloadCertificate()) {
        throw AdminFailure.conflict(
            "NoCertificate", "This server speaks plain HTTP; set http.certificate and restart.");
      }
    } catch (UncheckedIOException e) {
      throw AdminFailure.conflict(
          "CertificateUnusable", e.getMessage() + "; the one before stays in use");
    }
    return Replies.object().put("reloaded", true);
  }

  ObjectNode startScrub() {
    if (!upkeep.startScrub()) {
      throw AdminFailure.conflict(
          "ScrubRuns", "A scrub runs already; `tarn scrub status` shows how far it is.");
    }
    return scrub(true);
  }

  /// How the present or the last scrub went.
  ObjectNode scrub(boolean withFindings) {
    ScrubReport report = upkeep.scrub();
    ObjectNode answer =
        Replies.object()
            .put("running", report.progress().running())
            .put("started", time(report.progress().started()))
            .put("ended", time(report.progress().ended()))
            .put("blobs", report.blobs())
            .put("bytes", report.bytes())
            .put("damaged", report.damaged());
    if (!withFindings) return answer;
    ArrayNode findings = answer.putArray("findings");
    for (Finding finding : report.findings()) {
      findings
          .addObject()
          .put("volume", finding.volume())
          .put("blob", finding.blob())
          .put("problem", finding.problem());
    }
    ArrayNode damage = answer.putArray("damage");
    for (Upkeep.DamagedBlob each : report.damage()) damage.add(shown(each));
    ArrayNode volumes = answer.putArray("volumes");
    for (Upkeep.VolumeScrub each : report.volumes()) volumes.add(shown(each));
    return answer;
  }

  private static ObjectNode shown(Upkeep.DamagedBlob damaged) {
    return named(Replies.object(), damaged.owner())
        .put("volume", damaged.volume())
        .put("blob", damaged.blob())
        .put("state", damaged.state())
        .put("problem", damaged.problem())
        .put("found", time(damaged.found()))
        .put("bytes", damaged.bytes())
        .put("file", damaged.file());
  }

  private static ObjectNode named(ObjectNode answer, BelongsTo owner) {
    return answer
        .put("bucket", owner.bucket())
        .put("key", owner.key())
        .put("version", owner.version())
        .put("upload", owner.upload())
        .put("part", owner.part());
  }

  private static ObjectNode shown(Upkeep.VolumeScrub scrub) {
    ObjectNode shown =
        Replies.object()
            .put("volume", scrub.volume())
            .put("directory", scrub.directory())
            .put("state", scrub.state())
            .put("passed", scrub.passed())
            .put("directories", scrub.directories());
    shown.set("round", shown(scrub.round()));
    shown.set("last", shown(scrub.last()));
    return shown;
  }

  private static ObjectNode shown(Upkeep.Round round) {
    return Replies.object()
        .put("started", time(round.started()))
        .put("ended", time(round.ended()))
        .put("blobs", round.blobs())
        .put("bytes", round.bytes())
        .put("damaged", round.damaged())
        .put("foreign", round.foreign());
  }

  ObjectNode startCheck(boolean repair, Authority by) {
    if (repair) by.overDisks();
    if (!upkeep.startCheck(repair)) {
      throw AdminFailure.conflict("CheckRuns", "A check runs already; wait until it has ended.");
    }
    return check();
  }

  /// How the present or the last check went.
  ObjectNode check() {
    CheckReport report = upkeep.check();
    ObjectNode answer =
        Replies.object()
            .put("running", report.progress().running())
            .put("started", time(report.progress().started()))
            .put("ended", time(report.progress().ended()))
            .put("versions", report.versions())
            .put("flaws", report.flaws())
            .put("orphans", report.orphans())
            .put("discarded", report.repair().discarded())
            .put("notRepaired", report.repair().refused())
            .put("problem", report.problem());
    ArrayNode flawed = answer.putArray("flawed");
    for (Upkeep.Flaw each : report.flawed()) {
      flawed
          .addObject()
          .put("bucket", each.bucket())
          .put("key", each.key())
          .put("version", each.version())
          .put("problem", each.problem());
    }
    ArrayNode orphaned = answer.putArray("orphaned");
    for (Upkeep.Orphan each : report.orphaned()) orphaned.add(shown(each));
    return answer;
  }

  private static ObjectNode shown(Upkeep.Orphan orphan) {
    ObjectNode shown =
        named(Replies.object(), orphan.label().owner())
            .put("blob", orphan.blob())
            .put("volume", orphan.volume());
    ObjectNode label = shown.putObject("label");
    orphan.label().fields().forEach(label::put);
    return shown;
  }

  ObjectNode startBackup(String directory, Authority by) {
    by.overDisks();
    Path path = Path.of(directory);
    if (!path.isAbsolute()) {
      throw AdminFailure.invalid("The directory of a backup is an absolute path on the server.");
    }
    if (!upkeep.startBackup(path.normalize())) {
      throw AdminFailure.conflict(
          "BackupRuns", "A backup is being made already; try again when it is done.");
    }
    return backup();
  }

  /// How the present or the last backup went.
  ObjectNode backup() {
    BackupReport report = upkeep.backup();
    return Replies.object()
        .put("running", report.running())
        .put("directory", report.directory())
        .put("started", time(report.started()))
        .put("bytes", report.bytes())
        .put("problem", report.problem())
        .put("warning", report.warning());
  }

  ObjectNode collectGarbage() {
    return Replies.object().put("removed", upkeep.collectGarbage());
  }

  private static String time(Instant instant) {
    return instant.equals(Instant.EPOCH) ? "" : instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
