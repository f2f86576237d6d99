package io.tarn.node;

import io.tarn.console.Vitals;
import io.tarn.disk.Volume;
import io.tarn.meta.Health;
import io.tarn.meta.MetaStore;
import java.time.Instant;
import java.util.List;

/// What this node is like.
final class NodeVitals implements Vitals {
  private final Node node;
  private final List<Volume> volumes;
  private final MetaStore meta;
  private volatile boolean draining;

  NodeVitals(String region, String id, List<Volume> volumes, MetaStore meta, Instant started) {
    node = new Node(Version.TEXT, id, region, started);
    this.volumes = volumes;
    this.meta = meta;
  }

  void startDraining() {
    draining = true;
  }

  @Override
  public Node node() {
    return node;
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
