package io.tarn.node;

import io.tarn.console.Upkeep;
import io.tarn.console.VolumeMembership;
import io.tarn.health.Vitals.Alarm;
import io.tarn.health.Vitals.VolumeState;
import java.util.List;

/// Who looks after what a node stores, and says how that is. Thread-safe.
interface Care extends Upkeep, AutoCloseable {
  void start();

  /// Which volumes belong to the node.
  VolumeMembership membership();

  List<VolumeState> volumes();

  /// The ids of volumes of the node that are not there.
  List<String> missing();

  /// What somebody should look at, beside garbage.
  List<Alarm> alarms();

  @Override
  void close();
}
