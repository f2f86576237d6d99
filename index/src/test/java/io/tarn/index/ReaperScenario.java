package io.tarn.index;

import io.tarn.meta.Batch;
import io.tarn.meta.CommitResult;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.Ticker;
import io.tarn.meta.Tokens;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.settings.DataSize;
import io.tarn.store.BeginUpload;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Key;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.testkit.At;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.Fault;
import io.tarn.testkit.Machine;
import io.tarn.testkit.Scenario;
import io.tarn.testkit.SimulatedNetwork.Weather;
import io.tarn.testkit.Simulation;
import io.tarn.testkit.World;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store and two collectors of its garbage, as they are, over rows and blobs that are as durable
/// as they say. At each step: no blob goes that an object refers to, and who opened an object reads
/// all of it. In the end: what was acknowledged is there, and nothing is left over.
record ReaperScenario(Mistake mistake) implements Scenario<ReaperScenario.Work> {
  private static final String MACHINE = "m";
  private static final BucketName BUCKET = new BucketName("bucket");
  private static final TenantId OWNER = new TenantId("anna");
  private static final Duration LENGTH = Duration.ofSeconds(6);
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final int GONE = -1;
  private static final int SMALL = 10;
  private static final int LARGE = 150;
  private static final IndexSettings SETTINGS = settings();

  /// What is done wrong on purpose.
  enum Mistake {
    NONE,
    IGNORES_PINS,
    RIPENS_AT_ONCE,
    DELETES_ROWS_BEFORE_BLOBS,
    WRITES_BLOBS_BEFORE_THEY_ARE_ANNOUNCED
  }

  sealed interface Work {
    String key();

    record Write(String key, int number, boolean large) implements Work {}

    record Upload(String key, int number, boolean completed) implements Work {}

    record Remove(String key) implements Work {}

    record Look(String key, Duration pause) implements Work {}

    record Hurry(String key, boolean on) implements Work {}
  }

  private static IndexSettings settings() {
    return new IndexSettings(
        DataSize.ofBytes(100),
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(8),
        Duration.ofSeconds(5),
        5,
        DataSize.ofBytes(5),
        new ReaperSettings(
            GRACE,
            Duration.ofSeconds(1),
            4,
            Duration.ofSeconds(2),
            Duration.ofDays(1),
            Duration.ZERO));
  }

  @Override
  public Plan<Work> plan(SplittableRandom random) {
    List<At<Work>> work = new ArrayList<>();
    for (int number = 1; number <= 80; number++) {
      String key = List.of("a", "a", "b", "c").get(random.nextInt(4));
      Work next =
          switch (random.nextInt(20)) {
            case 0 -> new Work.Hurry(key, random.nextBoolean());
            case 1, 2 -> new Work.Upload(key, number, random.nextInt(3) > 0);
            case 3, 4, 5 -> new Work.Remove(key);
            case 6, 7, 8, 9, 10, 11, 12, 13 ->
                new Work.Look(key, Duration.ofMillis(random.nextInt(3_000)));
            default -> new Work.Write(key, number, random.nextInt(4) > 0);
          };
      work.add(new At<>(Duration.ofNanos(random.nextLong(LENGTH.toNanos())), next));
    }
    var kinds = List.of(Fault.Kind.CRASH, Fault.Kind.CRASH, Fault.Kind.SKEW, Fault.Kind.FREEZE);
    var bounds = new Fault.Bounds(kinds, 6, LENGTH, Duration.ofSeconds(2));
    return new Plan<>(work, Fault.some(random, bounds, List.of(MACHINE)));
  }

  @Override
  public void play(Simulation simulation, Plan<Work> plan) {
    var world = new World(simulation, Weather.FAIR, List.of(MACHINE));
    Machine machine = world.machine(MACHINE);
    var lives = new Lives(machine);
    machine.boot(_ -> lives.begin());
    for (At<Work> each : plan.work()) simulation.at(each.time(), () -> lives.take(each.what()));
    world.suffer(plan.faults());
    simulation.run(LENGTH.plusSeconds(6));
    machine.crash();
    machine.boot(_ -> lives.end());
    simulation.run(Duration.ofHours(1));
    if (!lives.ended) throw new AssertionError("the last life came to no end");
  }

  /// What is done to the machine, life after life.
  private final class Lives {
    private final Machine machine;
    private final Simulation simulation;
    private final SimulatedBlobs blobs;
    private final Map<String, Set<Integer>> possible = new HashMap<>();
    private SimulatedRows rows;
    private @Nullable Store store;
    private boolean ended;

    Lives(Machine machine) {
      this.machine = machine;
      this.simulation = machine.simulation();
      this.rows = new SimulatedRows(machine);
      this.blobs = new SimulatedBlobs(machine, this::mustBeUnreferenced);
    }

    private void mustBeUnreferenced(BlobId blob) {
      var objects = new RowCursor(new BlockingRows(rows.now()), IndexKeys.all('O'));
      for (Entry row = objects.next(); row != null; row = objects.next()) {
        for (BlobAt referred : GarbageRows.blobs(ObjectRow.ofRow(row.value()))) {
          if (referred.id().equals(blob)) throw new AssertionError("deletes bytes of " + row);
        }
      }
    }

    private Store restarted() {
      rows = rows.restarted();
      blobs.settle();
      return new Store(machine, rows, blobs);
    }

    void begin() {
      Store opened = restarted();
      opened.collect();
      store = opened;
    }

    void take(Work work) {
      Store open = store;
      if (open == null || !machine.isUp() || machine.starts() != open.life) return;
      machine.start("client", () -> carryOut(open, work));
    }

    private void carryOut(Store open, Work work) {
      simulation.log(work.toString());
      try {
        switch (work) {
          case Work.Look(var key, var pause) -> open.look(key, pause);
          case Work.Hurry(var _, var on) -> open.reapers.forEach(reaper -> reaper.hurry(on));
          case Work.Write(var key, var number, var large) ->
              change(open, key, number, () -> open.write(key, body(number, large)));
          case Work.Remove(var key) -> change(open, key, GONE, () -> open.remove(key));
          case Work.Upload(var key, var number, var completed) ->
              change(open, key, number, () -> open.upload(key, number, completed));
        }
      } catch (StoreFailure.Unavailable | StoreFailure.Conflict | StoreFailure.NoSuchUpload e) {
        simulation.log("%s failed: %s".formatted(work, e.getMessage()));
      }
    }

    private interface Change {
      /// Whether anything changes.
      boolean make();
    }

    /// Changes of a key come one after the other, so that it is known what it may have become.
    private void change(Store open, String key, int number, Change change) {
      ReentrantLock lock = open.locks.computeIfAbsent(key, _ -> new ReentrantLock());
      lock.lock();
      try {
        Set<Integer> now = possible.computeIfAbsent(key, _ -> new HashSet<>(Set.of(GONE)));
        now.add(number);
        if (!change.make()) return;
        now.clear();
        now.add(number);
        simulation.log("%s is %d".formatted(key, number));
      } finally {
        lock.unlock();
      }
    }

    /// Everything that can go has time to, and then nothing is left over and nothing missing.
    void end() {
      blobs.obey();
      Store last = restarted();
      Reaper reaper = last.index.store().reaper();
      for (int round = 0; round < 2; round++) {
        reaper.sweepPending();
        simulation.sleep(Duration.ofMinutes(5));
        reaper.retry();
        while (reaper.round() > 0) {}
      }
      List<String> problems = Audit.problems(rows.now(), blobs);
      if (!problems.isEmpty()) throw new AssertionError(problems.toString());
      possible.forEach(
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
    ByteBuffer.wrap(bytes).putInt(number);
    return bytes;
  }

  /// One life of a store.
  private final class Store {
    private final Machine machine;
    private final int life;
    private final Simulation simulation;
    private final Index index;
    private final Bucket bucket;
    private final IndexBackends backends;
    private final List<Reaper> reapers = new ArrayList<>();
    private final Map<String, ReentrantLock> locks = new HashMap<>();

    Store(Machine machine, SimulatedRows rows, SimulatedBlobs blobs) {
      this.machine = machine;
      this.life = machine.starts();
      this.simulation = machine.simulation();
      MetaStore meta =
          mistake == Mistake.WRITES_BLOBS_BEFORE_THEY_ARE_ANNOUNCED
              ? new HastyRows(rows, machine)
              : rows;
      var tokens = new Tokens(machine.clock(), 1);
      Ticker ticker = new SimulatedTicker(simulation, 1);
      this.backends = new IndexBackends(meta, blobs, tokens, machine.clock(), ticker, 1);
      this.index = Index.on(backends, SETTINGS);
      this.bucket =
          index
              .buckets()
              .find(BUCKET)
              .orElseGet(() -> index.buckets().create(new CreateBucket(BUCKET, OWNER, "")));
    }

    /// Two collectors: the second is that of a node whose turn is over, and who does not know yet.
    void collect() {
      TokenLease lease = index.lease();
      machine.start("lease", () -> forever(Duration.ofSeconds(2), lease::renew));
      for (int i = 0; i < 2; i++) {
        Reaper reaper = reaper();
        reapers.add(reaper);
        reaper.sweepPending();
        reaper.retry();
        machine.start("reaper " + i, () -> forever(Duration.ofMillis(200), () -> turn(reaper)));
      }
    }

    private static void turn(Reaper reaper) {
      while (reaper.round() > 0) {}
      reaper.sweepPending();
    }

    private void forever(Duration pause, Runnable work) {
      while (true) {
        work.run();
        simulation.sleep(pause);
      }
    }

    private Reaper reaper() {
      Reaper.Held held = index.store().reaper().held;
      var rows = new BlockingRows(backends.meta());
      if (mistake == Mistake.IGNORES_PINS) {
        held = new Reaper.Held(new Pins(), held.pending(), held.lease());
      }
      IndexBackends below =
          switch (mistake) {
            case RIPENS_AT_ONCE -> on(backends.blobs(), new SimulatedTicker(simulation, 1_000));
            case DELETES_ROWS_BEFORE_BLOBS ->
                on(new LazyBlobs(backends.blobs(), machine), backends.ticker());
            default -> backends;
          };
      return new Reaper(rows, below, held, SETTINGS.reaper());
    }

    private IndexBackends on(Blobs blobs, Ticker ticker) {
      return new IndexBackends(
          backends.meta(), blobs, backends.tokens(), backends.clock(), ticker, 1);
    }

    boolean write(String key, byte[] body) {
      var _ = index.store().put(new Put(bucket, new Key(key)), Bodies.of(body));
      return true;
    }

    boolean remove(String key) {
      var _ = index.store().delete(new Delete(bucket, new Key(key)));
      return true;
    }

    boolean upload(String key, int number, boolean completed) {
      var put = new Put(bucket, new Key(key));
      var begin = new BeginUpload(put, OWNER, null, ChecksumType.COMPOSITE);
      var ref = new UploadRef(bucket, put.key(), index.store().begin(begin).id());
      List<CompleteUpload.Chosen> chosen = new ArrayList<>();
      for (int part = 1; part <= 3; part++) {
        Part added = index.store().putPart(ref, part, Bodies.of(body(number, true)));
        if (part < 3) chosen.add(new CompleteUpload.Chosen(part, added.etag(), Checksum.NONE));
      }
      if (completed) {
        CompleteUpload.Expected expected = CompleteUpload.Expected.NOTHING;
        var _ = index.store().complete(new CompleteUpload(ref, chosen, Conditions.NONE, expected));
      } else {
        index.store().abort(ref, Permit.OfUpload.ANY);
      }
      return completed;
    }

    /// Opens an object and reads it after a while.
    void look(String key, Duration pause) {
      try (OpenObject open = index.store().open(new Read(bucket, new Key(key)))) {
        simulation.sleep(pause);
        int _ = number(key, Bodies.bytes(open.payload()));
      } catch (StoreFailure.NoSuchKey e) {
        simulation.log(key + " is not there");
      }
    }

    int find(String key) {
      try (OpenObject open = index.store().open(new Read(bucket, new Key(key)))) {
        return number(key, Bodies.bytes(open.payload()));
      } catch (StoreFailure.NoSuchKey e) {
        return GONE;
      }
    }

    private static int number(String key, byte[] found) {
      var bytes = ByteBuffer.wrap(found);
      int number = bytes.getInt(0);
      var part = ByteBuffer.wrap(body(number, found.length > SMALL));
      for (int at = 0; at < found.length; at += part.capacity()) {
        if (!bytes.slice(at, part.capacity()).equals(part)) {
          throw new AssertionError("half of an object under " + key);
        }
      }
      return number;
    }
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

  /// Says that a `W` row is durable before it is.
  private static final class HastyRows extends Forwarding {
    private final Machine machine;

    HastyRows(MetaStore inner, Machine machine) {
      super(inner);
      this.machine = machine;
    }

    @Override
    public CompletionStage<CommitResult> commit(Batch batch) {
      boolean announces =
          batch.ops().size() == 1
              && batch.ops().getFirst() instanceof Op.Put put
              && put.key().bytes()[0] == 'W';
      if (!announces) return inner.commit(batch);
      machine.after(Duration.ofMillis(5), () -> inner.commit(batch));
      return CompletableFuture.completedFuture(new CommitResult.Committed(1));
    }
  }

  /// Deletes later what it says is deleted.
  private static final class LazyBlobs implements Blobs {
    private final Blobs inner;
    private final Machine machine;

    LazyBlobs(Blobs inner, Machine machine) {
      this.inner = inner;
      this.machine = machine;
    }

    @Override
    public List<Undeleted> delete(Collection<BlobAt> blobs) {
      List<BlobAt> gone = List.copyOf(blobs);
      var _ =
          machine.start(
              "lazy",
              () -> {
                List<BlobAt> left = gone;
                while (!left.isEmpty()) {
                  machine.simulation().sleep(Duration.ofMillis(100));
                  left = inner.delete(left).stream().map(Undeleted::blob).toList();
                }
              });
      return List.of();
    }

    @Override
    public Staged stage(BlobId id, long expectedLength) {
      return inner.stage(id, expectedLength);
    }

    @Override
    public OpenBlob open(BlobAt blob) {
      return inner.open(blob);
    }

    @Override
    public boolean holds(BlobAt blob) {
      return inner.holds(blob);
    }

    @Override
    public List<BlobId> list(String after, int limit) {
      return inner.list(after, limit);
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
