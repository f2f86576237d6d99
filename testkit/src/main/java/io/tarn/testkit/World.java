package io.tarn.testkit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The machines of a simulation and the network between them, and what goes wrong there. One fault
/// ends what an earlier one of its kind began on the same machine.
public final class World {
  private final Simulation simulation;
  private final SimulatedNetwork network;
  private final Map<String, Machine> machines = new LinkedHashMap<>();

  public World(Simulation simulation, SimulatedNetwork.Weather weather, List<String> names) {
    this.simulation = simulation;
    this.network = new SimulatedNetwork(simulation, weather);
    for (String name : names) machines.put(name, new Machine(simulation, name));
  }

  public Simulation simulation() {
    return simulation;
  }

  public SimulatedNetwork network() {
    return network;
  }

  public Machine machine(String name) {
    Machine machine = machines.get(name);
    if (machine == null) throw new IllegalArgumentException("no machine " + name);
    return machine;
  }

  /// Has these faults happen at their times.
  public void suffer(List<At<Fault>> faults) {
    for (At<Fault> each : faults) simulation.at(each.time(), () -> suffer(each.what()));
  }

  private void suffer(Fault fault) {
    simulation.log(fault.toString());
    switch (fault) {
      case Fault.Crash(var name, var lasting) -> {
        machine(name).crash();
        later(lasting, () -> machine(name).restart());
      }
      case Fault.Kill(var name, var lasting) -> {
        machine(name).kill();
        later(lasting, () -> machine(name).restart());
      }
      case Fault.Freeze(var name, var lasting) -> {
        machine(name).freeze();
        later(lasting, () -> machine(name).thaw());
      }
      case Fault.Skew(var name, var ahead, var lasting) -> {
        machine(name).skew(ahead);
        later(lasting, () -> machine(name).skew(Duration.ZERO));
      }
      case Fault.Hang(var name, var lasting) -> {
        machine(name).disk().hang(true);
        later(lasting, () -> machine(name).disk().hang(false));
      }
      case Fault.Fill(var name, var lasting) -> {
        machine(name).disk().fill(true);
        later(lasting, () -> machine(name).disk().fill(false));
      }
      case Fault.FailSyncs(var name, var lasting) -> {
        machine(name).disk().failSyncs(true);
        later(lasting, () -> machine(name).disk().failSyncs(false));
      }
      case Fault.Cut cut -> {
        cut(cut.from(), cut.to(), cut.lasting());
        if (cut.bothWays()) cut(cut.to(), cut.from(), cut.lasting());
      }
    }
  }

  private void cut(Set<String> from, Set<String> to, Duration lasting) {
    network.cut(from, to);
    later(lasting, () -> network.heal(from, to));
  }

  private void later(Duration pause, Runnable work) {
    simulation.at(Duration.ofNanos(simulation.nanos()).plus(pause), work);
  }
}
