package io.tarn.node;

import io.tarn.console.Vitals;
import io.tarn.disk.Volume;
import io.tarn.meta.Health;
import io.tarn.meta.MetaStore;
import java.util.List;
import java.util.function.Supplier;

/// What this node is like.
final class NodeVitals implements Vitals {
  private final Node node;
  private final List<Volume> volumes;
  private final NodeHome home;
  private final MetaStore meta;
  private final Supplier<String> failure;
  private volatile boolean draining;

  NodeVitals(Node node, Disks disks, MetaStore meta, Supplier<String> failure) {
    this.node = node;
    this.volumes = disks.volumes;
    this.home = disks.home;
    this.meta = meta;
    this.failure = failure;
  }

  /// The volumes that are there, and who knows which are not.
  record Disks(List<Volume> volumes, NodeHome home) {}

  void startDraining() {
    draining = true;
  }

  @Override
  public Node node() {
    return node;
  }

  @Override
  public String failure() {
    return failure.get();
  }

  @Override
  public boolean draining() {
    return draining;
  }

  @Override
  public List<VolumeState> volumes() {
    return volumes.stream().map(NodeVitals::state).toList();
  }

  private static VolumeState state(Volume volume) {
    String problem = volume.problem();
    return new VolumeState(
        volume.id(),
        volume.root().toString(),
        volume.freeBytes(),
        volume.totalBytes(),
        problem == null ? "" : problem);
  }

  @Override
  public List<String> missing() {
    return home.missing().stream().map(NodeState.Member::id).toList();
  }

  @Override
  public MetadataState metadata() {
    Health health = meta.health();
    return new MetadataState(
        health.writable(),
        health.full(),
        health.queued(),
        health.appliedSequence(),
        health.problem().orElse(""));
  }
}
