package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.Ticker;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.RowCursor;
import io.tarn.settings.DataSize;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.testkit.At;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.Fault;
import io.tarn.testkit.Machine;
import io.tarn.testkit.MemoryBlobs;
import io.tarn.testkit.Scenario;
import io.tarn.testkit.SimulatedNetwork.Weather;
import io.tarn.testkit.Simulation;
import io.tarn.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Two machines on the same rows and blobs, each with a collector, one of which has the lease.
/// Their clocks are wrong, they stand still, they crash. At each step: no blob goes that an object
/// refers to; who reads for less than the grace reads all of it, on either machine; no garbage is
/// taken away or put off but by who has the lease. In the end: what was acknowledged is there, and
/// either machine alone leaves nothing over.
record SharedReaperScenario(Mistake mistake) implements Scenario<SharedReaperScenario.Work> {
  private static final List<String> MACHINES = List.of("one", "two");
  private static final TenantId OWNER = new TenantId("anna");
  private static final Duration LENGTH = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(4);
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final int GONE = -1;
  private static final int SMALL = 10;
  private static final int LARGE = 150;

  /// What is done wrong on purpose.
  enum Mistake {
    NONE,
    /// Each collector believes that nobody else reads, and hurries when space is short.
    THINKS_IT_IS_ALONE,
    /// Garbage goes when it is due by a clock on the wall.
    TRUSTS_CLOCKS,
    /// Batches are not guarded by the lease.
    DOES_NOT_NOTICE_ITS_LOSS
  }

  sealed interface Work {
    int machine();

    record Write(int machine, String key, int number, boolean large) implements Work {}

    record Remove(int machine, String key) implements Work {}

    record Look(int machine, String key, Duration pause) implements Work {}

    record Hurry(int machine, boolean on) implements Work {}
  }

  @Override
  public Plan<Work> plan(SplittableRandom random) {
    List<At<Work>> work = new ArrayList<>();
    for (int number = 1; number <= 80; number++) {
      int machine = random.nextInt(2);
      String own = machine + List.of("a", "b").get(random.nextInt(2));
      Work next =
          switch (random.nextInt(20)) {
            case 0 -> new Work.Hurry(machine, random.nextInt(4) > 0);
            case 1, 2, 3 -> new Work.Remove(machine, own);
            case 4, 5, 6, 7, 8, 9, 10, 11 ->
                new Work.Look(1 - machine, own, Duration.ofMillis(random.nextInt(3_000)));
            default -> new Work.Write(machine, own, number, random.nextInt(4) > 0);
          };
      work.add(new At<>(Duration.ofNanos(random.nextLong(LENGTH.toNanos())), next));
    }
    var kinds = List.of(Fault.Kind.CRASH, Fault.Kind.SKEW, Fault.Kind.SKEW, Fault.Kind.FREEZE);
    var bounds = new Fault.Bounds(kinds, 8, LENGTH, Duration.ofSeconds(5));
    return new Plan<>(work, Fault.some(random, bounds, MACHINES));
  }

  @Override
  public void play(Simulation simulation, Plan<Work> plan) {
    var world = new World(simulation, Weather.FAIR, MACHINES);
    var cluster = new Cluster(world);
    for (int number = 0; number < MACHINES.size(); number++) {
      Node node = cluster.nodes.get(number);
      node.machine.boot(_ -> node.begin());
    }
    for (At<Work> each : plan.work()) {
      Node node = cluster.nodes.get(each.what().machine());
      simulation.at(each.time(), () -> node.take(each.what()));
    }
    world.suffer(plan.faults());
    simulation.run(LENGTH.plusSeconds(10));
    cluster.nodes.forEach(node -> node.machine.crash());
    cluster.blobs.obey();
    Duration end = LENGTH.plusSeconds(10);
    for (Node node : cluster.nodes) {
      end = end.plusHours(1);
      node.machine.boot(_ -> node.end());
      simulation.run(end);
      node.machine.crash();
      if (!node.ended) throw new AssertionError("the last life came to no end");
    }
    cluster.check();
  }

  /// What the machines share, and what is known of it.
  private final class Cluster {
    private final MemoryMetaStore rows = new MemoryMetaStore();
    private final SharedBlobs blobs;
    private final Bucket bucket;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Set<Integer>> possible = new HashMap<>();

    Cluster(World world) {
      Simulation simulation = world.simulation();
      blobs = new SharedBlobs(simulation, this::mustBeUnreferenced);
      var tokens = new Tokens(simulation::instant, 3);
      var backends = new IndexBackends(rows, new MemoryBlobs(), tokens, simulation::instant, 3);
      bucket =
          Index.on(backends, Index.settings(5))
              .buckets()
              .create(new CreateBucket(new BucketName("bucket"), OWNER, ""));
      for (String name : MACHINES) nodes.add(new Node(this, world.machine(name), nodes.size() + 1));
    }

    private void mustBeUnreferenced(BlobId blob) {
      var objects = new RowCursor(new BlockingRows(rows), IndexKeys.all('O'));
      for (Entry row = objects.next(); row != null; row = objects.next()) {
        for (BlobAt referred : GarbageRows.blobs(ObjectRow.ofRow(row.value()))) {
          if (referred.id().equals(blob)) throw new AssertionError("deletes bytes of " + row);
        }
      }
    }

    /// Garbage goes, or is put off, only by batches of who has the lease. A batch whose guards do
    /// not hold changes nothing.
    private void mustHaveTheLease(int node, Batch batch) {
      boolean takes =
          batch.ops().stream()
              .anyMatch(op -> op instanceof Op.Delete gone && gone.key().bytes()[0] == 'G');
      if (!takes || !holds(batch.guards())) return;
      Optional<Entry> lease = MetaStore.await(rows.get(IndexKeys.REAPER));
      int holder = lease.map(row -> ReaperLease.Row.ofRow(row.value()).node()).orElse(0);
      if (holder != node) {
        throw new AssertionError(
            "node %d takes away while %d has the lease".formatted(node, holder));
      }
    }

    private boolean holds(List<Guard> guards) {
      for (Guard guard : guards) {
        if (!(guard instanceof Guard.VersionIs(var key, var version))) continue;
        Optional<Entry> row = MetaStore.await(rows.get(key));
        if (row.isEmpty() || row.get().version() != version) return false;
      }
      return true;
    }

    void check() {
      List<String> problems = Audit.problems(rows, blobs);
      if (!problems.isEmpty()) throw new AssertionError(problems.toString());
    }
  }

  /// A machine, life after life.
  private final class Node {
    private final Cluster cluster;
    private final Machine machine;
    private final int number;
    private @Nullable Store store;
    private boolean ended;

    Node(Cluster cluster, Machine machine, int number) {
      this.cluster = cluster;
      this.machine = machine;
      this.number = number;
    }

    void begin() {
      var opened = new Store(cluster, machine, number);
      opened.collect();
      store = opened;
    }

    void take(Work work) {
      Store open = store;
      if (open == null || !machine.isUp() || machine.starts() != open.life) return;
      machine.start("client", () -> carryOut(open, work));
    }

    private void carryOut(Store open, Work work) {
      Simulation simulation = machine.simulation();
      simulation.log(work.toString());
      try {
        switch (work) {
          case Work.Look(var _, var key, var pause) -> open.look(key, pause);
          case Work.Hurry(var _, var on) -> open.reaper.hurry(on);
          case Work.Write(var _, var key, var body, var large) ->
              change(open, key, body, () -> open.write(key, body(body, large)));
          case Work.Remove(var _, var key) -> change(open, key, GONE, () -> open.remove(key));
        }
      } catch (StoreFailure.Unavailable | StoreFailure.Conflict | StoreFailure.Indeterminate e) {
        simulation.log("%s failed: %s".formatted(work, e.getMessage()));
      }
    }

    /// Each key is changed by one machine, and there by one after the other: so it is known what it
    /// may have become.
    private void change(Store open, String key, int number, Runnable change) {
      ReentrantLock lock = open.locks.computeIfAbsent(key, _ -> new ReentrantLock());
      lock.lock();
      try {
        Set<Integer> now = cluster.possible.computeIfAbsent(key, _ -> new HashSet<>(Set.of(GONE)));
        now.add(number);
        change.run();
        now.clear();
        now.add(number);
      } finally {
        lock.unlock();
      }
    }

    /// Everything that can go has time to, though the other machine is off, and may have the lease.
    void end() {
      var last = new Store(cluster, machine, number);
      for (int round = 0; round < 3; round++) {
        last.attempt(() -> last.reaper.sweepPending());
        machine.simulation().sleep(Duration.ofMinutes(5));
        last.reaper.retry();
        for (int turn = 0; turn < 20; turn++) {
          last.attempt(() -> last.reaper.round());
          machine.simulation().sleep(Duration.ofSeconds(1));
        }
      }
      cluster.possible.forEach(
          (key, numbers) -> {
            int found = last.find(key);
            if (!numbers.contains(found)) {
              throw new AssertionError("%s is %d, not of %s".formatted(key, found, numbers));
            }
          });
      ended = true;
    }
  }

  private static byte[] body(int number, boolean large) {
    byte[] bytes = Bodies.bytes(number, large ? LARGE : SMALL);
    bytes[0] = (byte) number;
    return bytes;
  }

  /// One life of a store and its collector.
  private final class Store {
    private final Cluster cluster;
    private final Machine machine;
    private final int life;
    private final Simulation simulation;
    private final Index index;
    private final Reaper reaper;
    private final Map<String, ReentrantLock> locks = new HashMap<>();

    Store(Cluster cluster, Machine machine, int node) {
      this.cluster = cluster;
      this.machine = machine;
      this.life = machine.starts();
      this.simulation = machine.simulation();
      MetaStore rows =
          new SharedRows(cluster.rows, machine, batch -> cluster.mustHaveTheLease(node, batch));
      if (mistake == Mistake.DOES_NOT_NOTICE_ITS_LOSS) rows = new WithoutLease(rows);
      var tokens = new Tokens(machine.clock(), node);
      Ticker ticker = new SimulatedTicker(simulation, 1);
      var backends = new IndexBackends(rows, cluster.blobs, tokens, machine.clock(), ticker, node);
      this.index = Index.on(backends, settings(LEASE));
      this.reaper = reaper(backends, index.store().reaper());
    }

    private Reaper reaper(IndexBackends backends, Reaper usual) {
      boolean alone = mistake == Mistake.THINKS_IT_IS_ALONE;
      boolean fast = mistake == Mistake.TRUSTS_CLOCKS;
      if (!alone && !fast) return usual;
      Ticker ticker = fast ? new SimulatedTicker(simulation, 1_000) : backends.ticker();
      var below =
          new IndexBackends(
              backends.meta(),
              backends.blobs(),
              backends.tokens(),
              backends.clock(),
              ticker,
              backends.node());
      ReaperSettings settings = settings(alone ? Duration.ZERO : LEASE).reaper();
      return new Reaper(new BlockingRows(backends.meta()), below, usual.held, settings);
    }

    void collect() {
      machine.start("lease", () -> forever(Duration.ofSeconds(2), index.lease()::renew));
      machine.start("reaper", () -> forever(Duration.ofMillis(200), this::turn));
    }

    private void turn() {
      while (reaper.round() > 0) {}
      reaper.sweepPending();
    }

    private void forever(Duration pause, Runnable work) {
      while (true) {
        attempt(work);
        simulation.sleep(pause);
      }
    }

    /// What no answer came to is tried again.
    void attempt(Runnable work) {
      try {
        work.run();
      } catch (StoreFailure.Unavailable | StoreFailure.Conflict | StoreFailure.Indeterminate e) {
        simulation.log(machine.name() + ": " + e.getMessage());
      }
    }

    void write(String key, byte[] body) {
      var _ = index.store().put(new Put(cluster.bucket, new Key(key)), Bodies.of(body));
    }

    void remove(String key) {
      var _ = index.store().delete(new Delete(cluster.bucket, new Key(key)));
    }

    /// Opens an object and reads it after a while. Who takes longer than the grace may fail.
    void look(String key, Duration pause) {
      long began = simulation.nanos();
      try (OpenObject open = index.store().open(new Read(cluster.bucket, new Key(key)))) {
        simulation.sleep(pause);
        int _ = number(key, Bodies.bytes(open.payload()));
      } catch (StoreFailure.NoSuchKey e) {
        simulation.log(key + " is not there");
      } catch (StoreFailure.Missing e) {
        if (simulation.nanos() - began >= GRACE.toNanos()) return;
        throw new AssertionError("bytes went while they were read: " + e.getMessage(), e);
      }
    }

    int find(String key) {
      try (OpenObject open = index.store().open(new Read(cluster.bucket, new Key(key)))) {
        return number(key, Bodies.bytes(open.payload()));
      } catch (StoreFailure.NoSuchKey e) {
        return GONE;
      }
    }

    private static int number(String key, byte[] found) {
      int number = found[0];
      if (!java.util.Arrays.equals(found, body(number, found.length > SMALL))) {
        throw new AssertionError("half of an object under " + key);
      }
      return number;
    }
  }

  private static IndexSettings settings(Duration lease) {
    return new IndexSettings(
        DataSize.ofBytes(100),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(8),
        Duration.ofSeconds(5),
        5,
        DataSize.ofBytes(5),
        new ReaperSettings(
            GRACE, Duration.ofSeconds(1), 4, Duration.ofSeconds(2), Duration.ofDays(1), lease));
  }

  /// Time that goes so much faster.
  private record SimulatedTicker(Simulation simulation, int speed) implements Ticker {
    @Override
    public long nanos() {
      return simulation.nanos() * speed;
    }

    @Override
    public void park(long nanos) {
      simulation.park(nanos / speed);
    }
  }

  /// Leaves the lease out of what batches are guarded by.
  private static final class WithoutLease extends Forwarding {
    WithoutLease(MetaStore inner) {
      super(inner);
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      boolean takes =
          batch.ops().stream()
              .anyMatch(op -> op instanceof Op.Delete gone && gone.key().bytes()[0] == 'G');
      if (!takes) return inner.commit(batch);
      List<Guard> others =
          batch.guards().stream().filter(guard -> !guard.key().equals(IndexKeys.REAPER)).toList();
      return inner.commit(
          new Batch(batch.token(), others, batch.ops(), batch.durability(), batch.need()));
    }
  }
}
