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
  private final MetaStore meta;
  private final Supplier<String> failure;
  private volatile boolean draining;

  NodeVitals(Node node, List<Volume> volumes, MetaStore meta, Supplier<String> failure) {
    this.node = node;
    this.volumes = volumes;
    this.meta = meta;
    this.failure = failure;
  }

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
  public MetadataState metadata() {
    Health health = meta.health();
    return new MetadataState(
        health.writable(), health.queued(), health.appliedSequence(), health.problem().orElse(""));
  }
}
