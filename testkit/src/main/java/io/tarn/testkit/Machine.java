package io.tarn.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A simulated computer: runs a program from each start to the next crash, has a disk that outlives
/// it and a clock that may be wrong. In a crash its threads stay where they are and never go on.
public final class Machine {
  private final Simulation simulation;
  private final String name;
  private final SimulatedDisk disk;
  private @Nullable Consumer<Machine> program;
  private Life life;
  private boolean frozen;
  private Duration skew = Duration.ZERO;
  private long endedNanos;
  private int starts;

  /// Switched off until [#boot].
  public Machine(Simulation simulation, String name) {
    this.simulation = simulation;
    this.name = name;
    this.disk = new SimulatedDisk(simulation, name);
    this.life = new Life(simulation);
    life.end();
  }

  public String name() {
    return name;
  }

  public SimulatedDisk disk() {
    return disk;
  }

  public Simulation simulation() {
    return simulation;
  }

  /// Starts it; `main` is what it runs from now on at each start, in a thread of its own.
  public void boot(Consumer<Machine> main) {
    program = main;
    restart();
  }

  public boolean isUp() {
    return !life.isOver();
  }

  /// A power cut: what runs stops for good, and the disk keeps what it wants of what was not
  /// synced. Nothing if it is down.
  public void crash() {
    if (!isUp()) return;
    simulation.log(name + " crashes");
    end();
    disk.crash();
  }

  /// The end of a process: what runs stops for good, and what it wrote is still in the page cache.
  /// Nothing if it is down.
  public void kill() {
    if (!isUp()) return;
    simulation.log(name + " is killed");
    end();
    disk.abandon();
  }

  private void end() {
    life.end();
    endedNanos = simulation.nanos();
  }

  /// How often it was started: tells one life from the next.
  public int starts() {
    return starts;
  }

  /// When it last went down, as [Simulation#nanos] counts.
  public long endedNanos() {
    return endedNanos;
  }

  /// Nothing if it is up.
  public void restart() {
    Consumer<Machine> main = program;
    if (isUp() || main == null) return;
    simulation.log(name + " starts");
    life = new Life(simulation);
    starts++;
    if (frozen) life.freeze();
    start("main", () -> main.accept(this));
  }

  /// Stops everything that runs here until [#thaw], as a collection of garbage or a hypervisor
  /// does. Time goes on.
  public void freeze() {
    frozen = true;
    life.freeze();
  }

  public void thaw() {
    frozen = false;
    life.thaw();
  }

  /// Starts a thread that ends with the next crash.
  public Thread start(String thread, Runnable work) {
    return life.start(name + " " + thread, work);
  }

  /// Runs something later, unless there is a crash before.
  public void after(Duration pause, Runnable work) {
    simulation.schedule(pause.toNanos(), life, work);
  }

  /// Sets the clock to be that far ahead of the truth, or behind it.
  public void skew(Duration ahead) {
    skew = ahead;
  }

  /// The clock on the wall, as far as it is right.
  public InstantSource clock() {
    return () -> simulation.instant().plus(skew);
  }
}
