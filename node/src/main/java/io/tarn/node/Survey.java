package io.tarn.node;

import io.tarn.bytes.DurableFile;
import io.tarn.disk.Bounded;
import io.tarn.disk.Volume;
import io.tarn.disk.VolumeFormat;
import io.tarn.meta.RocksMetaStore;
import io.tarn.node.NodeState.Member;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is on the configured directories, and which node that makes. Changes nothing. The order of
/// the directories means nothing once there is a node.
///
/// Each volume names its node and the node names its volumes, so a start that would serve less than
/// everything, or something else, is refused with what to do: a node never begins anew because a
/// disk is somewhere else.
///
/// - `state`: null where a node may begin
record Survey(Path metadata, @Nullable NodeState state, List<Place> places) {
  /// A directory of the configuration, and the volume it is; null when it is none.
  record Place(Path directory, @Nullable VolumeFormat volume) {
    Member member(VolumeFormat there) {
      return new Member(there.id(), directory.toString());
    }
  }

  static final String METADATA = ".tarn";

  /// Fails with [Corrupt] or [Unavailable] where the server must not start, with [IOException]
  /// where a directory cannot be looked at: what cannot be seen is not taken for absent.
  static Survey of(TarnConfig config) throws IOException {
    List<Place> places = places(config);
    Path metadata = metadata(config);
    NodeState state = NodeState.read(metadata).orElse(null);
    var survey = new Survey(metadata, state, places);
    if (state == null) {
      survey.checkBeginning(config);
    } else {
      survey.checkNode(state, config.degraded());
    }
    return survey;
  }

  private static List<Place> places(TarnConfig config) throws IOException {
    List<Place> places = new ArrayList<>();
    Set<Object> seen = new HashSet<>();
    for (Path named : config.volumes()) {
      Path directory = named.toAbsolutePath().normalize();
      VolumeFormat volume =
          Bounded.run(directory, config.disk().calls().patience(), () -> look(directory), _ -> {});
      if (!seen.add(directory) || (volume != null && !seen.add(volume.id()))) {
        throw new Unavailable(
            "%s is named twice, or is a copy of another of the directories; name each volume once"
                .formatted(directory),
            null);
      }
      places.add(new Place(directory, volume));
    }
    return places;
  }

  private static @Nullable VolumeFormat look(Path directory) throws IOException {
    requireDirectory(directory);
    return VolumeFormat.look(directory).orElse(null);
  }

  /// Fails where the name, or one above it, is a file's.
  private static void requireDirectory(Path named) {
    for (Path at = named; at != null; at = at.getParent()) {
      if (Files.exists(at)) {
        if (Files.isDirectory(at)) return;
        throw new Unavailable(
            "%s cannot be a volume: %s is a file; name a directory".formatted(named, at), null);
      }
    }
  }

  /// The configured directory, else `.tarn` in the volume that has it, wherever its disk is now; in
  /// the first one before there is a node.
  static Path metadata(TarnConfig config) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path volume : config.volumes()) {
      Path candidate = volume.toAbsolutePath().normalize().resolve(METADATA);
      if (DurableFile.isThere(candidate.resolve(NodeState.NAME))) found.add(candidate);
    }
    if (config.metadata() == null) {
      if (found.size() > 1) throw ambiguous(found);
      Path first = config.volumes().getFirst().toAbsolutePath().normalize().resolve(METADATA);
      return found.isEmpty() ? first : found.getFirst();
    }
    Path configured = config.metadata().toAbsolutePath().normalize();
    found.remove(configured);
    if (found.isEmpty()) return configured;
    if (DurableFile.isThere(configured.resolve(NodeState.NAME))) {
      found.addFirst(configured);
      throw ambiguous(found);
    }
    throw new Corrupt(
        "there is a node in %s, and none in %s that --metadata names; name the one that is to be served"
            .formatted(found.getFirst(), configured),
        null);
  }

  private static Corrupt ambiguous(List<Path> found) {
    return new Corrupt(
        "there is a node in %s and in %s; put away the one that is not to be served"
            .formatted(found.get(0), found.get(1)),
        null);
  }

  private void checkBeginning(TarnConfig config) throws IOException {
    if (DurableFile.isThere(metadata.resolve(MetadataBackup.BEGUN))) {
      throw new Corrupt(
          "%s has what an interrupted restore left; give the same command again (tarn metadata restore)"
              .formatted(metadata),
          null);
    }
    for (Place place : places) {
      if (place.volume == null) continue;
      String node = place.volume.node() == null ? "a node" : "node " + place.volume.node();
      throw new Corrupt(
          "%s is a volume of %s, but there is no %s in %s nor in any volume. Mount the disk that has it and name its directory, or name it with --metadata; if it is lost, restore it from a backup (tarn metadata restore)"
              .formatted(place.directory, node, NodeState.NAME, metadata),
          null);
    }
    if (DurableFile.isThere(metadata.resolve("db"))) {
      throw new Corrupt(
          "%s has metadata but no %s; restore that file from a backup"
              .formatted(metadata, NodeState.NAME),
          null);
    }
    if (!config.newNode()) {
      throw new Unavailable(
          "there is no node in %s, and new-node is false. Mount the disks that have it; if a node is to begin there, start once with --new-node"
              .formatted(metadata),
          null);
    }
    for (Place place : places) checkMounted(place.directory);
    checkMounted(metadata);
  }

  static void checkMounted(Path directory) throws IOException {
    Optional<Path> bare = MountPoints.ofThisMachine().unmounted(directory);
    if (bare.isPresent()) {
      throw new Unavailable(
          "%s has no node, and no disk is mounted at %s where /etc/fstab has one: mount it"
              .formatted(directory, bare.get()),
          null);
    }
  }

  private void checkNode(NodeState node, boolean degraded) throws IOException {
    checkOwner(node);
    if (!degraded) checkMissing(node);
    for (Place place : places) {
      if (place.volume != null || degraded) continue;
      if (node.isSettled()) {
        throw new Corrupt(
            "%s is no volume of this node (%s). If it is a slip, name the right directory; if a disk belongs there, mount it; to give the node one more volume: tarn volume add %s"
                .formatted(place.directory, node.node(), place.directory),
            null);
      }
      checkMounted(place.directory);
    }
    if (places.stream().allMatch(place -> place.volume == null) && node.isSettled()) {
      throw new Unavailable("none of the volumes of this node is there; mount their disks", null);
    }
    if (node.isSettled() && !RocksMetaStore.isThere(metadata.resolve("db"))) {
      throw new Corrupt(
          "the metadata of this node is gone from %s; restore it from a backup (tarn metadata restore)"
              .formatted(metadata.resolve("db")),
          null);
    }
  }

  private void checkOwner(NodeState node) {
    for (Place place : places) {
      if (place.volume == null) continue;
      String owner = place.volume.node();
      boolean known = node.volumes().stream().anyMatch(each -> each.id().equals(place.volume.id()));
      boolean own = owner == null ? known || !node.isSettled() : owner.equals(node.node());
      if (!own) {
        throw new Corrupt(
            "%s is a volume of %s and not of this one (%s): name the directories of one node only"
                .formatted(
                    place.directory, owner == null ? "another node" : "node " + owner, node.node()),
            null);
      }
    }
  }

  private void checkMissing(NodeState node) {
    List<Member> missing = missing(node);
    if (missing.isEmpty()) return;
    List<Path> bare =
        places.stream().filter(place -> place.volume == null).map(Place::directory).toList();
    throw new Corrupt(
        "%d volume(s) of this node are missing: %s. Mount them and name their directories, all of them%s. To serve without them for now: --degraded. To give one up for good: tarn volume forget ID"
            .formatted(
                missing.size(),
                String.join(", ", missing.stream().map(Member::toString).toList()),
                bare.isEmpty()
                    ? ""
                    : " (%s is no volume: is its disk mounted?)".formatted(bare.getFirst())),
        null);
  }

  /// Volumes of the node that are in none of the directories.
  List<Member> missing(NodeState node) {
    List<Member> missing = new ArrayList<>(node.volumes());
    missing.removeIf(
        member ->
            places.stream()
                .anyMatch(place -> place.volume != null && place.volume.id().equals(member.id())));
    return missing;
  }

  /// What to open, and as what. A bare mount point is left alone.
  static Volume.@Nullable Claim claim(Place place, NodeState node) {
    if (place.volume != null) return new Volume.Claim(node.node(), place.volume.id());
    return node.isSettled() ? null : new Volume.Claim(node.node());
  }
}
