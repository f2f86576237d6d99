package io.tarn.node;

import io.tarn.console.VolumeMembership;
import io.tarn.disk.DirectoryLock;
import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.disk.VolumeFormat;
import io.tarn.disk.Volumes;
import io.tarn.node.NodeState.Member;
import io.tarn.node.Survey.Place;
import io.tarn.store.StoreFailure.Unavailable;
import io.tarn.store.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata directory of a node, locked by this process, and what is in it beside the metadata
/// store. Thread-safe.
final class NodeHome implements VolumeMembership, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHome.class);

  private final Path metadata;
  private final DirectoryLock lock;
  private final List<Place> places;
  private final DiskSettings settings;
  private List<Member> missing;
  private NodeState state;

  private NodeHome(Path metadata, DirectoryLock lock, NodeState state, Opening opening) {
    this.metadata = metadata;
    this.lock = lock;
    this.state = state;
    this.places = opening.places;
    this.missing = opening.missing;
    this.settings = opening.settings;
  }

  /// The directories to be opened, and which volumes are in none of them.
  private record Opening(List<Place> places, List<Member> missing, DiskSettings settings) {}

  /// Takes up the node of the configured directories, or begins one where none was.
  static NodeHome enter(TarnConfig config) throws IOException {
    Survey first = Survey.of(config);
    makePrivate(first.metadata());
    DirectoryLock lock = DirectoryLock.take(first.metadata());
    try {
      // What was seen before the lock was taken may have changed.
      Survey survey = Survey.of(config);
      if (!survey.metadata().equals(first.metadata())) {
        throw new Unavailable("the directories change while the server starts; try again", null);
      }
      NodeState state = survey.state();
      if (state == null) {
        state = NodeState.fresh();
        state.write(survey.metadata());
        LOG.info("no node was found: node {} begins in {}", state.node(), survey.metadata());
      }
      var opening = new Opening(survey.places(), survey.missing(state), config.disk());
      return new NodeHome(survey.metadata(), lock, state, opening);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// The node of a metadata directory, while no server runs on it, for those who change what
  /// belongs to it. A volume is there if it is where it was last.
  static NodeHome withoutServer(Path metadata) throws IOException {
    DirectoryLock lock = DirectoryLock.take(metadata);
    try {
      NodeState state = NodeState.read(metadata).orElseThrow();
      List<Member> missing = new ArrayList<>();
      for (Member member : state.volumes()) {
        if (!isThere(member)) missing.add(member);
      }
      var opening = new Opening(List.of(), missing, DiskSettings.DEFAULTS);
      return new NodeHome(metadata, lock, state, opening);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isThere(Member member) throws IOException {
    return !member.directory().isEmpty()
        && VolumeFormat.look(Path.of(member.directory()))
            .filter(volume -> volume.id().equals(member.id()))
            .isPresent();
  }

  /// The directory holds secrets and the bytes of small objects, and so is made for its owner only.
  /// One that is there already stays as it is.
  private static void makePrivate(Path directory) throws IOException {
    if (Files.isDirectory(directory)) return;
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) Files.createDirectories(parent);
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
  }

  /// The volumes that are there. The caller closes them.
  List<Volume> open() {
    List<Volume> opened = new ArrayList<>();
    try {
      for (Place place : places) {
        Volume.Claim claim = Survey.claim(place, state);
        if (claim != null) {
          opened.add(Volume.open(place.directory(), claim, settings));
        } else {
          LOG.warn("{} is no volume and is left alone: is its disk mounted?", place.directory());
        }
      }
      return opened;
    } catch (RuntimeException e) {
      opened.forEach(Volume::close);
      throw e;
    }
  }

  /// Writes down which volumes there are, and where. The metadata store is there by now.
  synchronized NodeState settle(List<Volume> opened) throws IOException {
    List<Member> members = new ArrayList<>();
    for (Volume volume : opened) members.add(new Member(volume.id(), volume.root().toString()));
    members.addAll(missing);
    NodeState settled = state.with(members);
    if (!settled.equals(state)) settled.write(metadata);
    state = settled;
    return state;
  }

  Path metadata() {
    return metadata;
  }

  synchronized NodeState state() {
    return state;
  }

  /// Volumes of the node that are not there.
  synchronized List<Member> missing() {
    return List.copyOf(missing);
  }

  /// Volumes on which blobs may be that are not to be found.
  synchronized Volumes.Absence absence() {
    return new Volumes.Absence(ids(missing), ids(state.forgotten()));
  }

  private static Set<VolumeId> ids(List<Member> members) {
    return members.stream()
        .map(member -> VolumeId.of(UUID.fromString(member.id())))
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized List<Absent> absent() {
    List<Absent> absent = new ArrayList<>();
    for (Member each : missing) absent.add(new Absent(each.id(), each.directory(), false));
    for (Member each : state.forgotten()) absent.add(new Absent(each.id(), each.directory(), true));
    return absent;
  }

  @Override
  public String add(Path directory) {
    return onDisk(
        () -> {
          Survey.checkMounted(directory);
          var claim = new Volume.Claim(state().node());
          try (Volume made = Volume.open(directory, claim, settings)) {
            LOG.info("{} is volume {} of this node from its next start on", directory, made.id());
            return made.id();
          }
        });
  }

  @Override
  public synchronized void forget(String id) {
    Member lost = missing.stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
    if (lost == null) {
      throw new Unavailable(
          "no volume that this node misses has the id %s; one that is there cannot be forgotten: unmount it first, and start with --degraded"
              .formatted(id),
          null);
    }
    NodeState without = state.without(lost);
    onDisk(
        () -> {
          without.write(metadata);
          return without;
        });
    state = without;
    missing = new ArrayList<>(missing);
    missing.remove(lost);
    LOG.warn("volume {} is forgotten: what is on it stays unreadable until it is back", lost);
  }

  private interface DiskWork<T> {
    T run() throws IOException;
  }

  private static <T> T onDisk(DiskWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new Unavailable("cannot do that: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + metadata, e);
    }
  }
}
