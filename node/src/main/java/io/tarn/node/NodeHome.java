package io.tarn.node;

import io.tarn.disk.DiskSettings;
import io.tarn.disk.Volume;
import io.tarn.node.NodeState.Member;
import io.tarn.node.Survey.Place;
import io.tarn.store.DirectoryLock;
import io.tarn.store.StoreFailure.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The metadata directory of a node, locked by this process, and what is in it beside the metadata
/// store. Thread-safe.
final class NodeHome implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHome.class);

  private final Path metadata;
  private final DirectoryLock lock;
  private final List<Place> places;
  private List<Member> missing;
  private NodeState state;

  private NodeHome(Survey survey, DirectoryLock lock, NodeState state) {
    this.metadata = survey.metadata();
    this.lock = lock;
    this.places = survey.places();
    this.missing = survey.missing(state);
    this.state = state;
  }

  /// Takes up the node of the configured directories, or begins one where none was.
  static NodeHome enter(TarnConfig config) throws IOException {
    Survey first = Survey.of(config);
    makePrivate(first.metadata());
    DirectoryLock lock = DirectoryLock.take(first.metadata());
    try {
      // What was seen before the lock was taken may have changed.
      Survey survey = Survey.of(config);
      if (!survey.metadata().equals(first.metadata()))
        throw new Unavailable("the directories change while the server starts; try again", null);
      NodeState state = survey.state();
      if (state == null) {
        state = NodeState.fresh();
        state.write(survey.metadata());
        LOG.info("no node was found: node {} begins in {}", state.node(), survey.metadata());
      }
      return new NodeHome(survey, lock, state);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
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
  List<Volume> open(DiskSettings settings) {
    List<Volume> opened = new ArrayList<>();
    try {
      for (Place place : places) {
        Volume.Claim claim = Survey.claim(place, state);
        if (claim != null) opened.add(Volume.open(place.directory(), claim, settings));
        else LOG.warn("{} is no volume and is left alone: is its disk mounted?", place.directory());
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

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + metadata, e);
    }
  }
}
