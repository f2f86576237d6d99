package io.tarn.console;

import io.tarn.console.VolumeMembership.Absent;
import io.tarn.health.Vitals;
import io.tarn.health.Vitals.VolumeState;
import io.tarn.store.StoreFailure;
import java.nio.file.Path;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The volumes of the node, for those who look after its disks.
final class VolumeWork {
  private final Vitals vitals;
  private final VolumeMembership membership;
  private final Upkeep upkeep;

  VolumeWork(Vitals vitals, VolumeMembership membership, Upkeep upkeep) {
    this.vitals = vitals;
    this.membership = membership;
    this.upkeep = upkeep;
  }

  ObjectNode list() {
    ObjectNode answer = Replies.object();
    ArrayNode volumes = answer.putArray("volumes");
    for (VolumeState volume : vitals.volumes()) {
      shown(volumes.addObject(), volume.id(), volume.directory(), state(volume))
          .put("freeBytes", volume.freeBytes())
          .put("totalBytes", volume.totalBytes())
          .put("readErrors", volume.readErrors())
          .put("callsUnderway", volume.calls().underway())
          .put("callsHung", volume.calls().hung())
          .put("problem", volume.problem());
    }
    for (Absent absent : membership.absent()) {
      shown(
          volumes.addObject(),
          absent.id(),
          absent.directory(),
          absent.forgotten() ? "forgotten" : "missing");
    }
    return answer;
  }

  private static String state(VolumeState volume) {
    if (volume.takesWrites()) return "ok";
    return volume.calls().silent() ? "silent" : "read-only";
  }

  private static ObjectNode shown(ObjectNode to, String id, String directory, String state) {
    return to.put("id", id).put("directory", directory).put("state", state);
  }

  ObjectNode add(String directory, Authority by) {
    by.overDisks();
    Path path = Path.of(directory);
    if (!path.isAbsolute()) {
      throw AdminFailure.invalid("The directory of a volume is an absolute path on the server.");
    }
    String id = refusable(() -> membership.add(path));
    return Replies.object().put("id", id).put("directory", path.normalize().toString());
  }

  ObjectNode forget(String id, Authority by) {
    by.overDisks();
    return refusable(
        () -> {
          membership.forget(id);
          upkeep.retryGarbage(); // nobody waits for it any more
          return Replies.object().put("id", id);
        });
  }

  ObjectNode check(String id) {
    if (vitals.volumes().stream().noneMatch(volume -> volume.id().equals(id))) {
      throw AdminFailure.notFound("No volume that is here has this id; see `tarn volume ls`.");
    }
    return refusable(
        () -> {
          upkeep.checkVolume(id);
          return Replies.object().put("id", id);
        });
  }

  /// What is refused here is about paths that whoever administers the disks knows.
  private static <T> T refusable(Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreFailure e) {
      throw AdminFailure.conflict("Refused", String.valueOf(e.getMessage()));
    }
  }
}
