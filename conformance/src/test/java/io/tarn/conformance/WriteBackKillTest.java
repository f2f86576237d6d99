package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// `kill -9` of a server whose queue of writes for another one is full, again and again, with an
/// account of acknowledgements kept outside. Each state of a key has a number; a watcher looks at
/// the origin all the time.
@Tag("slow")
class WriteBackKillTest {
  private static final int ROUNDS = Integer.getInteger("tarn.kill.rounds", 5);
  private static final int WRITERS = 6;
  private static final int KEYS = 8; // of each writer
  private static final String BUCKET = "kill";

  private final long seed = Long.getLong("tarn.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  @TempDir Path directory;

  /// What is known of a key: the last state that was acknowledged, and the last that was attempted.
  private static final class Account {
    volatile int acknowledged;
    volatile int attempted;
    int seen; // at the origin, by the watcher alone

    static boolean isDelete(int state) {
      return state % 9 == 0;
    }

    boolean mayBe(int state) {
      if (state != 0) return state >= acknowledged && state <= attempted;
      for (int each = acknowledged; each <= attempted; each++) {
        if (isDelete(each)) return true;
      }
      return false;
    }
  }

  /// Bodies of all sizes: some go into the log, some into files of their own.
  private static String body(int state) {
    return state + ":" + "x".repeat(state % 5 == 0 ? 200_000 : state % 100);
  }

  private static int state(S3Client client, String key) {
    try {
      String text =
          client.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asString(StandardCharsets.UTF_8);
      int state = Integer.parseInt(text.substring(0, text.indexOf(':')));
      assertThat(text).isEqualTo(body(state));
      return state;
    } catch (NoSuchKeyException e) {
      return 0;
    }
  }

  private void write(S3Client client, String key) {
    Account account = accounts.computeIfAbsent(key, _ -> new Account());
    int state = account.attempted + 1;
    account.attempted = state;
    if (Account.isDelete(state)) {
      client.deleteObject(r -> r.bucket(BUCKET).key(key));
    } else {
      client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromString(body(state)));
    }
    account.acknowledged = state;
  }

  /// Writes until the server is gone. A refusal is an answer: the queue may be full.
  private List<Thread> load(S3Client client, AtomicBoolean over) {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int mine = i;
      var own = new Random(random.nextLong());
      writers.add(
          Thread.startVirtualThread(
              () -> {
                while (!over.get()) {
                  try {
                    write(client, "w%d/k%d".formatted(mine, own.nextInt(KEYS)));
                  } catch (SdkException e) {
                    ServerProcess.pause(5);
                  }
                }
              }));
    }
    return writers;
  }

  private Thread watch(S3Client far, AtomicBoolean over) {
    return Thread.startVirtualThread(
        () -> {
          while (!over.get()) {
            accounts.forEach(
                (key, account) -> {
                  try {
                    int state = state(far, key);
                    if (state != 0 && state < account.seen) {
                      complaints.add("%s: %d after %d".formatted(key, state, account.seen));
                    }
                    if (state != 0) account.seen = state;
                  } catch (SdkException e) {
                    ServerProcess.pause(5); // it stands still for a while
                  }
                });
          }
        });
  }

  private ServerProcess near(ServerProcess far) {
    return new ServerProcess(
            directory.resolve("near.log"),
            directory.resolve("near").toString(),
            "--origins.far.s3.endpoint=" + far.endpoint(),
            "--origins.far.s3.access-key=" + ServerProcess.ACCESS_KEY,
            "--origins.far.s3.silence=2s",
            "--origins.far.cache.writes=back",
            "--origins.far.cache.freshness=revalidate",
            "--back.settle=1s",
            "--back.retry=1s",
            "--back.uploads=2")
        .with("TARN_ORIGINS_FAR_S3_SECRET_KEY", ServerProcess.SECRET_KEY);
  }

  @Test
  void nothing_acknowledged_is_lost_and_the_origin_sees_each_key_in_order() throws Exception {
    System.out.println("tarn.seed=" + seed);
    var watching = new AtomicBoolean();
    try (ServerProcess far =
            new ServerProcess(directory.resolve("far.log"), directory.resolve("far").toString())
                .start();
        ServerProcess near = near(far).start();
        S3Client origin = far.client()) {
      origin.createBucket(r -> r.bucket(BUCKET));
      near.admin("PUT", "buckets/" + BUCKET + "/link", "{\"origin\":\"far\",\"bucket\":\"kill\"}");
      Thread watcher = watch(origin, watching);
      for (int round = 0; round < ROUNDS; round++) round(near, far, round);
      drained(near, origin);
      watching.set(true);
      watcher.join();
      assertThat(complaints).as("seed %d", seed).isEmpty();
      assertThat(accounts).hasSizeGreaterThan(WRITERS);
      assertThat(near.stop()).isZero();
    }
  }

  /// In every other round the origin stands still, so that all there is stays queued.
  private void round(ServerProcess near, ServerProcess far, int round) throws Exception {
    boolean still = round % 2 == 0;
    if (still) far.freeze();
    try (S3Client client = near.client()) {
      var over = new AtomicBoolean();
      List<Thread> writers = load(client, over);
      ServerProcess.pause(300 + random.nextInt(700));
      near.kill();
      over.set(true);
      for (Thread each : writers) each.join();
    }
    near.start(); // which needs no origin
    if (still) far.thaw();
    try (S3Client client = near.client()) {
      accounts.forEach(
          (key, account) -> {
            int state = state(client, key);
            assertThat(account.mayBe(state))
                .as(
                    "seed %d, round %d: %s is %d, acknowledged %d, attempted %d",
                    seed, round, key, state, account.acknowledged, account.attempted)
                .isTrue();
            // What is there now is what is there from now on.
            account.acknowledged = Math.max(state, account.acknowledged);
          });
    }
    assertThat(complaints).as("seed %d, round %d", seed, round).isEmpty();
  }

  /// In the end the origin has what is read here.
  private void drained(ServerProcess near, S3Client origin) throws IOException {
    Instant deadline = Instant.now().plusSeconds(120);
    try (S3Client client = near.client()) {
      for (String key : accounts.keySet()) {
        int here = state(client, key);
        while (state(origin, key) != here) {
          assertThat(Instant.now()).as("%s, seed %d", key, seed).isBefore(deadline);
          ServerProcess.pause(50);
        }
      }
    }
  }
}
