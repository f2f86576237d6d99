package io.tarn.files;

import io.tarn.health.Vitals;
import io.tarn.health.Vitals.VolumeState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What `stats` answers: the disks as clients know it, and what there is to say beside.
record FileStats(Vitals vitals, Settling settling, @Nullable FilesOrigin origin) {
  private static final double STEP = 1024;

  JsonNode now() {
    ObjectNode stats = FileJson.object();
    long all = vitals.volumes().stream().mapToLong(VolumeState::totalBytes).sum();
    long free = vitals.volumes().stream().mapToLong(VolumeState::freeBytes).sum();
    // Of a server that keeps nothing there is no disk to speak of.
    if (all > 0) {
      stats.set("disk_stats", disk(all, free));
    } else {
      stats.putNull("disk_stats");
    }
    stats.put("node", vitals.node().id());
    stats.put("origin", origin == null ? "" : origin.name());
    stats.put("highest_level", origin == null ? 0 : 2);
    return stats.put("unsettled", settling.size());
  }

  private static ObjectNode disk(long all, long free) {
    ObjectNode disk = FileJson.object();
    double unit = 1;
    for (String name : new String[] {"bytes", "kb", "mb", "gb"}) {
      put(disk, name + "_all", all, unit);
      put(disk, name + "_used", all - free, unit);
      put(disk, name + "_free", free, unit);
      unit *= STEP;
    }
    return disk;
  }

  private static void put(ObjectNode disk, String name, long bytes, double unit) {
    if (unit == 1) {
      disk.put(name, bytes);
    } else {
      disk.put(name, bytes / unit);
    }
  }
}
