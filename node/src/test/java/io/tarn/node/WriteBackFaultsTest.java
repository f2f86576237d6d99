package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.cache.QueueStatus;
import io.tarn.node.FaultyOrigin.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every fault between a server that queues writes and their origin, once and all the time: clients
/// notice none, see what they wrote, and nothing that was acknowledged is ever missing. While the
/// fault is there each write is at the origin or told to be queued; once it is gone the origin has
/// all of it, and nothing else.
@Tag("slow")
class WriteBackFaultsTest {
  private static final byte[] NONE = new byte[0];
  private static final byte[] BEFORE = bytes(1, 2_000);
  private static final byte[] SMALL = bytes(2, 3_000);
  private static final byte[] LARGE = bytes(3, 300_000);

  /// Goes to the origin in parts.
  private static final byte[] PARTED = bytes(4, 6 << 20);

  private static final boolean ALL = System.getProperty("tarn.faults", "").equals("all");
  private static final long SEED = Long.getLong("tarn.seed", System.nanoTime());
  private static final Random RANDOM = new Random(SEED);

  /// Less than a client waits for an origin.
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static FaultyOrigin world;

  private static int cells;

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @BeforeAll
  static void start() throws IOException {
    System.out.println("tarn.seed=" + SEED);
    world =
        new FaultyOrigin(
            directory,
            "--origins.exclusive.cache.writes=back",
            "--back.settle=200ms",
            "--back.retry=200ms",
            "--back.refused=500ms",
            "--back.multipart=5MiB",
            "--back.part=5MiB");
  }

  @AfterAll
  static void end() throws IOException {
    world.close();
  }

  /// What a client does to a key, and what there is of it then; nothing where that is empty.
  private record Write(String key, String method, byte[] body) {
    String target() {
      return "/" + FaultyOrigin.EXCLUSIVE + "/" + key;
    }

    boolean isIn(Outcome read) {
      return body.length == 0
          ? read.status() == 404
          : read.status() == 200 && Arrays.equals(read.body(), body);
    }
  }

  @Test
  void what_was_acknowledged_is_seen_at_once_and_at_the_origin_in_the_end() throws Exception {
    withEach(
        2,
        name ->
            List.of(
                new Write(name + "-put", "PUT", SMALL),
                new Write(name + "-over", "PUT", LARGE),
                new Write(name + "-delete", "DELETE", NONE)));
  }

  @Test
  void what_is_uploaded_in_parts_is_there_wholly_in_the_end() throws Exception {
    withEach(6, name -> List.of(new Write(name + "-parted", "PUT", PARTED)));
  }

  private interface Writes {
    List<Write> of(String name);
  }

  /// One of so many cells, others with each seed, unless `tarn.faults=all`.
  private static void withEach(int share, Writes writes) throws Exception {
    var failures = new ArrayList<String>();
    for (OriginFault fault : OriginFault.values()) {
      for (boolean once : new boolean[] {true, false}) {
        if (once && !fault.canBeSingle()) continue;
        if (!ALL && RANDOM.nextInt(share) > 0) continue;
        String cell = "%s%s".formatted(fault, once ? " once" : "");
        try {
          meet(fault, once, writes.of("cell" + cells++));
        } catch (AssertionError e) {
          failures.add(cell + ": " + e.getMessage());
        } finally {
          world.heal();
        }
      }
    }
    assertThat(failures).as("%d failures", failures.size()).isEmpty();
  }

  private static void meet(OriginFault fault, boolean once, List<Write> writes) throws Exception {
    for (Write write : writes) {
      if (!write.key.endsWith("-put")) world.far("PUT", write.target(), BEFORE);
    }
    world.proxy.forget();
    fault.befall(world, once);
    for (Write write : writes) {
      Outcome outcome = world.near(write.method, write.target(), write.body);
      assertThat(outcome.isSuccess()).as("%s: %s", write.key, outcome.text()).isTrue();
      assertThat(outcome.took()).isLessThan(SOON);
      assertThat(world.get(write.target())).as("%s, read here", write.key).matches(write::isIn);
    }
    Thread.sleep(300); // some attempts; how many there are by then changes nothing of what holds
    QueueStatus queued = world.queued(FaultyOrigin.EXCLUSIVE);
    long there = writes.stream().filter(write -> write.isIn(world.there(write.target()))).count();
    assertThat(there + queued.writes()).as("%s", queued).isGreaterThanOrEqualTo(writes.size());
    assertThat(queued.refusals()).allMatch(refusal -> !world.isTelltale(refusal.why()));

    world.heal();
    QueueStatus left = world.synced(FaultyOrigin.EXCLUSIVE);
    assertThat(left.writes()).as("%s", left).isZero();
    for (Write write : writes) {
      assertThat(world.there(write.target()))
          .as("%s, at the origin", write.key)
          .matches(write::isIn);
      assertThat(world.get(write.target())).as("%s, afterwards", write.key).matches(write::isIn);
    }
  }
}
