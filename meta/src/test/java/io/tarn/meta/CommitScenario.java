package io.tarn.meta;

import io.tarn.settings.DataSize;
import io.tarn.testkit.At;
import io.tarn.testkit.Fault;
import io.tarn.testkit.Machine;
import io.tarn.testkit.Scenario;
import io.tarn.testkit.SimulatedDisk;
import io.tarn.testkit.SimulatedNetwork.Weather;
import io.tarn.testkit.Simulation;
import io.tarn.testkit.World;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The group committer as it is, with its thread, over a log on a disk that fails, on a machine
/// that is killed and loses its power. What must hold is in [CommitLedger].
record CommitScenario(Mistake mistake) implements Scenario<CommitScenario.Work> {
  private static final String MACHINE = "m";
  private static final MetaSettings.Commits SMALL =
      new MetaSettings.Commits(8, DataSize.ofBytes(2_000), 4, DataSize.ofBytes(600));
  private static final List<Fault.Kind> ALL =
      List.of(
          Fault.Kind.CRASH,
          Fault.Kind.CRASH,
          Fault.Kind.KILL,
          Fault.Kind.FAIL_SYNCS,
          Fault.Kind.FILL,
          Fault.Kind.HANG,
          Fault.Kind.FREEZE);

  /// What is done wrong on purpose.
  enum Mistake {
    NONE,
    ACKNOWLEDGES_BEFORE_THE_SYNC,
    GOES_ON_AFTER_A_FAILED_SYNC,
    SERVES_WHAT_IS_ONLY_IN_THE_PAGE_CACHE,
    DECIDES_ON_ROWS_AS_THEY_WERE,
    NEVER_SYNCS_WHAT_IS_RELAXED
  }

  enum Kind {
    PUT,
    PUT_IF_ABSENT,
    PUT_IF_OLDER,
    REPLACE,
    MOVE_OLD,
    DELETE_IF_PRESENT,
    DELETE_ALL
  }

  sealed interface Work {
    record Submit(Kind kind, int key, Durability durability) implements Work {}

    /// An orderly end, and a start.
    record Restart() implements Work {}
  }

  @Override
  public Plan<Work> plan(SplittableRandom random) {
    Duration length = random.nextBoolean() ? Duration.ofMillis(100) : Duration.ofSeconds(5);
    int relaxed = List.of(0, 30, 100).get(random.nextInt(3));
    List<At<Work>> work = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      Durability durability = random.nextInt(100) < relaxed ? Durability.RELAXED : Durability.SYNC;
      Work next =
          random.nextInt(100) == 0
              ? new Work.Restart()
              : new Work.Submit(kind, random.nextInt(3), durability);
      work.add(new At<>(Duration.ofNanos(random.nextLong(length.toNanos())), next));
    }
    List<Fault.Kind> kinds = random.nextInt(3) > 0 ? ALL : List.of(Fault.Kind.CRASH);
    var bounds = new Fault.Bounds(kinds, 6, length, length.dividedBy(4));
    return new Plan<>(work, Fault.some(random, bounds, List.of(MACHINE)));
  }

  @Override
  public void play(Simulation simulation, Plan<Work> plan) {
    var world = new World(simulation, Weather.FAIR, List.of(MACHINE));
    boolean punctual = plan.faults().stream().allMatch(each -> each.what() instanceof Fault.Crash);
    var store = new Store(world.machine(MACHINE), punctual);
    world.machine(MACHINE).boot(_ -> store.open());
    for (At<Work> each : plan.work()) simulation.at(each.time(), () -> store.take(each.what()));
    world.suffer(plan.faults());
    simulation.run(Duration.ofSeconds(20));
    world.machine(MACHINE).crash();
    world.machine(MACHINE).restart();
    int lives = store.lives;
    simulation.run(Duration.ofSeconds(40));
    if (store.lives <= lives) throw new AssertionError("does not start any more");
  }

  /// The store through all of its lives.
  private final class Store {
    /// A second, and what a sync may take.
    private static final Duration RELAXED = Duration.ofMillis(1_100);

    private final Machine machine;
    private final Simulation simulation;
    private final boolean punctual;
    private final CommitLedger ledger = new CommitLedger();
    private @Nullable GroupCommitter committer;
    private Gate gate = new Gate();
    private @Nullable SimulatedLog log;
    private long token;
    private int lives;
    private int life;

    Store(Machine machine, boolean punctual) {
      this.machine = machine;
      this.simulation = machine.simulation();
      this.punctual = punctual;
    }

    void open() {
      SimulatedLog opened = opened();
      long relaxedUntil = punctual ? machine.endedNanos() - RELAXED.toNanos() : -1;
      ledger.found(opened.tokens(), opened.rows(), relaxedUntil);
      log = opened;
      gate = new Gate();
      lives++;
      life = machine.starts();
      var host =
          new GroupCommitter.Host(
              new SimulatedTicker(simulation), work -> machine.start("commit", work));
      committer = new GroupCommitter(opened, SMALL, gate, new ChangeFeed(), () -> {}, host);
    }

    private SimulatedLog opened() {
      while (true) {
        try {
          var fresh = new MistakenLog(machine.disk());
          fresh.open();
          return fresh;
        } catch (IOException e) {
          simulation.log("cannot open: " + e.getMessage());
          simulation.sleep(Duration.ofMillis(100));
        }
      }
    }

    void take(Work work) {
      GroupCommitter running = committer;
      if (running == null || !machine.isUp() || machine.starts() != life) return;
      switch (work) {
        case Work.Submit submit -> machine.start("client", () -> submit(running, submit));
        case Work.Restart _ -> machine.start("stop", () -> stop(running));
      }
    }

    private void submit(GroupCommitter running, Work.Submit submit) {
      Batch batch = batch(submit);
      try {
        gate.enter();
      } catch (MetaException.Unavailable e) {
        return; // it is being stopped
      }
      CommitLedger.Submission submission = ledger.submit(batch, lives);
      var _ =
          running
              .submit(batch, 100)
              .whenComplete(
                  (result, thrown) -> {
                    submission.answer(result, (MetaException) thrown, simulation.nanos());
                    simulation.log(submission.toString());
                  });
    }

    private Batch batch(Work.Submit submit) {
      long next = ++token;
      MetaKey key = MetaKey.of("K" + submit.key);
      byte[] value = new byte[(int) (next % 40)];
      Entry now = log == null ? null : log.rows().get(key);
      MetaKey oldTo = MetaKey.of("G" + next);
      List<Guard> guards =
          switch (submit.kind) {
            case PUT, MOVE_OLD, DELETE_ALL -> List.of();
            case PUT_IF_ABSENT -> List.of(new Guard.Absent(key));
            case PUT_IF_OLDER -> List.of(new Guard.Precedes(key));
            case REPLACE -> List.of(new Guard.VersionIs(key, now == null ? 1 : now.version()));
            case DELETE_IF_PRESENT -> List.of(new Guard.Present(key));
          };
      Op op =
          switch (submit.kind) {
            case PUT, PUT_IF_ABSENT, PUT_IF_OLDER, REPLACE -> new Op.Put(key, value);
            case MOVE_OLD -> new Op.Put(key, value, oldTo);
            case DELETE_IF_PRESENT -> new Op.Delete(key, oldTo);
            case DELETE_ALL -> new Op.DeleteRange(KeyRange.ofPrefix(MetaKey.of("K")));
          };
      // By this row it is known to be in the log.
      Op witness = new Op.Put(MetaKey.of("W" + next), new byte[0]);
      return new Batch(next, guards, List.of(op, witness), submit.durability);
    }

    private void stop(GroupCommitter running) {
      if (gate.isClosing()) return;
      gate.close();
      running.stop();
      machine.crash();
      simulation.at(Duration.ofNanos(simulation.nanos()), machine::restart);
    }
  }

  private record SimulatedTicker(Simulation simulation) implements Ticker {
    @Override
    public long nanos() {
      return simulation.nanos();
    }

    @Override
    public void park(long nanos) {
      simulation.park(nanos);
    }
  }

  private final class MistakenLog extends SimulatedLog {
    private Map<MetaKey, Known> lastRead = Map.of();

    MistakenLog(SimulatedDisk disk) {
      super(disk);
    }

    @Override
    void rewrite(byte[] bytes) throws IOException {
      if (mistake != Mistake.SERVES_WHAT_IS_ONLY_IN_THE_PAGE_CACHE || bytes.length == 0) {
        super.rewrite(bytes);
      }
    }

    @Override
    public Map<MetaKey, Known> read(Collection<MetaKey> keys) {
      Map<MetaKey, Known> found = super.read(keys);
      if (mistake != Mistake.DECIDES_ON_ROWS_AS_THEY_WERE) return found;
      Map<MetaKey, Known> before = lastRead;
      lastRead = Map.copyOf(found);
      found.replaceAll(before::getOrDefault);
      return found;
    }

    @Override
    public long flush(boolean sync) throws WriteFailed {
      try {
        return super.flush(sync && mistake != Mistake.ACKNOWLEDGES_BEFORE_THE_SYNC);
      } catch (WriteFailed e) {
        if (mistake != Mistake.GOES_ON_AFTER_A_FAILED_SYNC) throw e;
        throw new WriteFailed("it goes on", true, e);
      }
    }

    @Override
    public void sync() throws WriteFailed {
      if (mistake != Mistake.NEVER_SYNCS_WHAT_IS_RELAXED) super.sync();
    }
  }
}
