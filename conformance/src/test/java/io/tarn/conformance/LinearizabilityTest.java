package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.bytes.Digester;
import io.tarn.store.ETag;
import io.tarn.testkit.Histories;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Sixteen clients write, read and delete few keys at once, with conditions, over HTTP; what they
/// saw must have an order in which one after another would have seen it.
@Tag("slow")
class LinearizabilityTest {
  private static final int CLIENTS = 16;
  private static final int KEYS = 3;
  private static final int STEPS = 12;
  private static final int ROUNDS = Integer.getInteger("tarn.history.rounds", 3);
  private static final String NOTHING = "";

  @TempDir static Path directory;
  private static @Nullable ServerProcess server;

  private sealed interface Did {
    record Read(String found) implements Did {}

    /// `expected` is null for a write without conditions, empty for one that creates only.
    record Write(@Nullable String expected, String value, boolean done) implements Did {}

    record Remove(@Nullable String expected, boolean done) implements Did {}
  }

  @BeforeAll
  static void start() throws Exception {
    server = new ServerProcess(directory.resolve("log"), directory.resolve("data").toString());
    server.start();
  }

  @AfterAll
  static void end() {
    if (server != null) server.close();
  }

  private static S3Client client() {
    if (server == null) throw new IllegalStateException("not started");
    return server.client();
  }

  private static Optional<String> step(String state, Did did) {
    return switch (did) {
      case Did.Read(var found) -> found.equals(state) ? Optional.of(state) : Optional.empty();
      case Did.Write(var expected, var value, var done) ->
          allowed(expected, state, done) ? Optional.of(done ? value : state) : Optional.empty();
      case Did.Remove(var expected, var done) ->
          allowed(expected, state, done) ? Optional.of(done ? NOTHING : state) : Optional.empty();
    };
  }

  private static boolean allowed(@Nullable String expected, String state, boolean done) {
    return done == (expected == null || expected.equals(state));
  }

  @Test
  void reads_and_conditional_writes_are_linearizable() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      try (S3Client s3 = client()) {
        String bucket = "plain" + round;
        create(s3, bucket, false);
        check(s3, bucket);
      }
    }
  }

  @Test
  void so_they_are_in_a_bucket_that_keeps_versions() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      try (S3Client s3 = client()) {
        String bucket = "versions" + round;
        create(s3, bucket, true);
        check(s3, bucket);
      }
    }
  }

  @Test
  void so_they_are_in_a_linked_bucket_that_only_this_server_writes_to() throws Exception {
    try (var servers = new CachedServers(directory.resolve("linked"), List.of());
        S3Client s3 = servers.near().client()) {
      for (int round = 0; round < ROUNDS; round++) {
        servers.create("linked" + round);
        check(s3, "linked" + round);
      }
    }
  }

  private static void check(S3Client s3, String bucket) throws Exception {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    System.out.println("tarn.seed=" + seed);
    var histories = new ArrayList<List<Histories.Event<Did>>>();
    for (int key = 0; key < KEYS; key++) histories.add(new ArrayList<>());
    var clock = new AtomicLong();
    var work = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < CLIENTS; i++) {
      var one = new Client(s3, bucket, "c" + i, new SplittableRandom(seed + i));
      work.add(() -> one.run(histories, clock));
    }
    int overtaken = together(work).stream().mapToInt(Integer::intValue).sum();
    assertThat(overtaken).as("409s").isLessThan(CLIENTS * STEPS / 2);
    for (List<Histories.Event<Did>> history : histories) {
      assertThat(Histories.linearizable(history, NOTHING, LinearizabilityTest::step))
          .as("seed %d, %s: %s", seed, bucket, history)
          .isTrue();
    }
  }

  private static void create(S3Client s3, String bucket, boolean versions) {
    s3.createBucket(request -> request.bucket(bucket));
    if (versions) {
      s3.putBucketVersioning(
          request ->
              request
                  .bucket(bucket)
                  .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    }
  }

  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    var results = new ArrayList<T>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (Future<T> each : threads.invokeAll(work)) results.add(each.get());
    }
    return results;
  }

  @Test
  void a_race_to_create_has_exactly_one_winner() throws Exception {
    try (S3Client s3 = client()) {
      create(s3, "race", false);
      var barrier = new CyclicBarrier(CLIENTS);
      for (int i = 0; i < 20; i++) {
        String key = "key" + i;
        var work = new ArrayList<Callable<Integer>>();
        for (int c = 0; c < CLIENTS; c++) {
          String value = "value" + c;
          work.add(
              () -> {
                barrier.await();
                return Client.status(
                    () ->
                        s3.putObject(
                            r -> r.bucket("race").key(key).ifNoneMatch("*"),
                            RequestBody.fromString(value)));
              });
        }
        List<Integer> statuses = together(work);
        assertThat(statuses).containsOnlyOnce(200);
        assertThat(statuses).allMatch(status -> status == 200 || status == 412 || status == 409);
        String winner = "value" + statuses.indexOf(200);
        assertThat(s3.getObjectAsBytes(r -> r.bucket("race").key(key)).asUtf8String())
            .isEqualTo(winner);
      }
    }
  }

  private record Client(S3Client s3, String bucket, String name, SplittableRandom random) {
    /// Returns how often it was overtaken, so that nothing happened.
    int run(List<List<Histories.Event<Did>>> histories, AtomicLong clock) {
      int overtaken = 0;
      for (int i = 0; i < STEPS; i++) {
        int number = random.nextInt(KEYS);
        String key = "key" + number;
        String value = name + "-" + i;
        int choice = random.nextInt(6);
        String seen = choice == 2 || choice == 3 ? read(key) : NOTHING;
        long called = clock.incrementAndGet();
        Did did = act(key, value, choice, seen);
        if (did == null) {
          overtaken++;
          continue;
        }
        var event = new Histories.Event<>(called, clock.incrementAndGet(), did);
        synchronized (histories) {
          histories.get(number).add(event);
        }
      }
      return overtaken;
    }

    private @Nullable Did act(String key, String value, int choice, String seen) {
      return switch (choice) {
        case 0 -> write(key, value, null);
        case 1 -> write(key, value, NOTHING);
        case 2 -> seen.isEmpty() ? new Did.Read(read(key)) : write(key, value, seen);
        case 3 -> seen.isEmpty() ? new Did.Read(read(key)) : remove(key, seen);
        case 4 -> remove(key, null);
        default -> new Did.Read(read(key));
      };
    }

    private @Nullable Did write(String key, String value, @Nullable String expected) {
      PutObjectRequest.Builder request = PutObjectRequest.builder().bucket(bucket).key(key);
      if (expected != null && expected.isEmpty()) {
        request.ifNoneMatch("*");
      } else if (expected != null) {
        request.ifMatch(etag(expected));
      }
      int status = status(() -> s3.putObject(request.build(), RequestBody.fromString(value)));
      return status == 409 ? null : new Did.Write(expected, value, done(status));
    }

    private @Nullable Did remove(String key, @Nullable String expected) {
      int status =
          status(
              () ->
                  s3.deleteObject(
                      r ->
                          r.bucket(bucket)
                              .key(key)
                              .ifMatch(expected == null ? null : etag(expected))));
      return status == 409 ? null : new Did.Remove(expected, done(status));
    }

    private static boolean done(int status) {
      if (status == 200) return true;
      if (status == 412 || status == 404) return false;
      throw new AssertionError("status " + status);
    }

    static int status(Runnable request) {
      try {
        request.run();
        return 200;
      } catch (S3Exception e) {
        return e.statusCode();
      }
    }

    private String read(String key) {
      try {
        return s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String();
      } catch (S3Exception e) {
        if (e.statusCode() != 404) throw e;
        return NOTHING;
      }
    }

    private static String etag(String value) {
      var digester = new Digester(null);
      digester.update(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
      return ETag.ofMd5(digester.finish().md5()).quoted();
    }
  }
}
