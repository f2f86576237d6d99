package io.tarn.testkit;

import io.tarn.testkit.Histories.Event;
import io.tarn.testkit.SimulatedNetwork.Letter;
import io.tarn.testkit.SimulatedNetwork.Weather;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.CRC32C;

/// A number that three machines keep: Attiya, Bar-Noy and Dolev, "Sharing memory robustly in
/// message-passing systems", 1995. Who writes asks a majority for the newest stamp and has a
/// majority store a newer one; who reads has a majority store what is newest before it says so.
record RegisterScenario(Mistake mistake) implements Scenario<RegisterScenario.Work> {
  private static final List<String> REPLICAS = List.of("r1", "r2", "r3");
  private static final List<String> CLIENTS = List.of("c1", "c2", "c3");
  private static final Duration WORK = Duration.ofMillis(400);
  private static final Duration PATIENCE = Duration.ofMillis(50);

  /// What is done wrong on purpose.
  enum Mistake {
    NONE,
    ANSWERS_WITHOUT_SYNC,
    ONE_IS_ENOUGH_TO_STORE,
    READS_DO_NOT_STORE
  }

  sealed interface Work {
    String client();

    record Write(String client, int value) implements Work {}

    record Read(String client) implements Work {}
  }

  private record Stamped(long stamp, int writer, int value) {
    static final Stamped NOTHING = new Stamped(0, 0, 0);
    static final Comparator<Stamped> AGE =
        Comparator.comparingLong(Stamped::stamp).thenComparingInt(Stamped::writer);
  }

  private record Look(long number) {}

  private record Store(long number, Stamped value) {}

  private record Answer(long number, Stamped value) {}

  private record Impatience(long number) {}

  /// What a client asked and heard.
  private record Done(boolean write, int value) {}

  @Override
  public Plan<Work> plan(SplittableRandom random) {
    List<At<Work>> work = new ArrayList<>();
    for (int value = 1; value <= 40; value++) {
      var time = Duration.ofNanos(random.nextLong(WORK.toNanos()));
      String client = CLIENTS.get(random.nextInt(CLIENTS.size()));
      work.add(
          new At<>(
              time,
              random.nextInt(3) == 0 ? new Work.Write(client, value) : new Work.Read(client)));
    }
    var kinds =
        List.of(
            Fault.Kind.CRASH, Fault.Kind.CRASH, Fault.Kind.FREEZE, Fault.Kind.HANG, Fault.Kind.CUT);
    var bounds = new Fault.Bounds(kinds, 20, WORK, Duration.ofMillis(300));
    return new Plan<>(work, Fault.some(random, bounds, REPLICAS));
  }

  @Override
  public void play(Simulation simulation, Plan<Work> plan) {
    var names = new ArrayList<>(REPLICAS);
    names.addAll(CLIENTS);
    var world = new World(simulation, Weather.ROUGH, names);
    List<Event<Done>> history = new ArrayList<>();
    REPLICAS.forEach(
        name -> world.machine(name).boot(machine -> new Replica(machine, world.network()).run()));
    for (String name : CLIENTS) {
      var todo = new LinkedBlockingQueue<Work>();
      world.machine(name).boot(machine -> new Client(machine, world.network(), history).run(todo));
      for (At<Work> each : plan.work()) {
        if (each.what().client().equals(name)) {
          simulation.at(each.time(), () -> todo.add(each.what()));
        }
      }
    }
    world.suffer(plan.faults());
    simulation.run(Duration.ofSeconds(30));
    if (!Histories.linearizable(history, 0, RegisterScenario::step)) {
      throw new AssertionError("no order explains " + history);
    }
    if (history.size() < plan.work().size()) {
      throw new AssertionError("some work never ended: " + history);
    }
  }

  private static Optional<Integer> step(Integer state, Done done) {
    if (done.write) return Optional.of(done.value);
    return done.value == state ? Optional.of(state) : Optional.empty();
  }

  private static Letter take(BlockingQueue<Letter> inbox) {
    try {
      return inbox.take();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Keeps the newest number it heard of, in two places by turns, so that one of them is whole.
  private final class Replica {
    private static final String FILE = "register";
    private static final int SLOT = SimulatedDisk.BLOCK;

    private final Machine machine;
    private final SimulatedNetwork network;
    private Stamped newest = Stamped.NOTHING;
    private int slot;

    Replica(Machine machine, SimulatedNetwork network) {
      this.machine = machine;
      this.network = network;
    }

    void run() {
      try {
        BlockingQueue<Letter> inbox = network.inbox(machine);
        recover();
        while (true) answer(take(inbox));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void answer(Letter letter) throws IOException {
      switch (letter.text()) {
        case Look(var number) -> answer(letter, number);
        case Store(var number, var value) -> {
          keep(value);
          answer(letter, number);
        }
        default -> throw new AssertionError(letter);
      }
    }

    private void answer(Letter letter, long number) {
      network.send(machine.name(), letter.from(), new Answer(number, newest));
    }

    private void keep(Stamped value) throws IOException {
      if (Stamped.AGE.compare(value, newest) <= 0) return;
      newest = value;
      machine.disk().write(FILE, SLOT * (slot++ % 2), bytes(value));
      if (mistake != Mistake.ANSWERS_WITHOUT_SYNC) machine.disk().sync(FILE);
    }

    private void recover() throws IOException {
      if (!machine.disk().exists(FILE)) return;
      byte[] file = machine.disk().read(FILE);
      for (int at = 0; at + SLOT <= file.length; at += SLOT) {
        var in = ByteBuffer.wrap(file, at, SLOT);
        var found = new Stamped(in.getLong(), in.getInt(), in.getInt());
        boolean whole = ByteBuffer.wrap(bytes(found)).equals(ByteBuffer.wrap(file, at, SLOT));
        if (!whole || Stamped.AGE.compare(found, newest) <= 0) continue;
        newest = found;
        slot = at / SLOT + 1;
      }
    }

    private static byte[] bytes(Stamped value) {
      var out = ByteBuffer.allocate(SLOT);
      out.putLong(value.stamp).putInt(value.writer).putInt(value.value);
      var crc = new CRC32C();
      crc.update(out.array(), 0, out.position());
      return out.putLong(crc.getValue()).array();
    }
  }

  /// Does one thing after another, and asks again who does not answer.
  private final class Client {
    private final Machine machine;
    private final SimulatedNetwork network;
    private final List<Event<Done>> history;
    private final BlockingQueue<Letter> inbox;
    private long asked;

    Client(Machine machine, SimulatedNetwork network, List<Event<Done>> history) {
      this.machine = machine;
      this.network = network;
      this.history = history;
      this.inbox = network.inbox(machine);
    }

    void run(BlockingQueue<Work> todo) {
      try {
        while (true) carryOut(todo.take());
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private void carryOut(Work work) {
      long called = machine.simulation().nanos();
      machine.simulation().log(work.toString());
      Stamped newest = ask(new Look(++asked), 2);
      Done done =
          switch (work) {
            case Work.Write(var client, var value) -> {
              store(new Stamped(newest.stamp + 1, CLIENTS.indexOf(client), value));
              yield new Done(true, value);
            }
            case Work.Read _ -> {
              if (mistake != Mistake.READS_DO_NOT_STORE) store(newest);
              yield new Done(false, newest.value);
            }
          };
      machine.simulation().log(work + " gave " + done);
      history.add(new Event<>(called, machine.simulation().nanos(), done));
    }

    private void store(Stamped value) {
      int enough = mistake == Mistake.ONE_IS_ENOUGH_TO_STORE ? 1 : 2;
      Stamped _ = ask(new Store(++asked, value), enough);
    }

    /// The newest of so many answers.
    private Stamped ask(Record question, int enough) {
      Map<String, Stamped> answers = new HashMap<>();
      send(question, answers);
      while (answers.size() < enough) {
        Letter letter = take(inbox);
        if (letter.text() instanceof Answer(var number, var value) && number == asked) {
          answers.put(letter.from(), value);
        }
        if (letter.text() instanceof Impatience(var number) && number == asked) {
          send(question, answers);
        }
      }
      return answers.values().stream().max(Stamped.AGE).orElseThrow();
    }

    private void send(Record question, Map<String, Stamped> answers) {
      for (String replica : REPLICAS) {
        if (!answers.containsKey(replica)) network.send(machine.name(), replica, question);
      }
      var impatience = new Letter(machine.name(), new Impatience(asked));
      machine.after(PATIENCE, () -> inbox.add(impatience));
    }
  }
}
