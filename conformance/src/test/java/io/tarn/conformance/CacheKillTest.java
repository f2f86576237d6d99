package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// A cache whose process is killed while it fills and evicts, and one whose disk fills up: every
/// byte that is read is right, its files stay within its bound, and what was kept is there again.
@Tag("slow")
class CacheKillTest {
  private static final String BUCKET = "photos";
  private static final int ROUNDS = Integer.getInteger("tarn.kill.cache", 3);
  private static final int READERS = 6;
  private static final int OBJECTS = 40;
  private static final long BOUND = 8L << 20; // a quarter of the objects
  private static final int LARGEST = 1_500_000;

  @TempDir Path directory;

  private final long seed = Long.getLong("tarn.seed", System.nanoTime());
  private final AtomicInteger wrong = new AtomicInteger();
  private final AtomicInteger read = new AtomicInteger();

  private static byte[] bytes(int number) {
    var random = new SplittableRandom(number);
    byte[] bytes = new byte[random.nextInt(1, LARGEST)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void fill(CachedServers servers) {
    servers.create(BUCKET);
    try (S3Client client = servers.far().client()) {
      for (int i = 0; i < OBJECTS; i++) {
        byte[] body = bytes(i);
        String key = "key" + i;
        client.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
      }
    }
  }

  /// Reads objects and ranges of them until it is told to end, or the server is gone.
  private int read(S3Client client, Random random, AtomicBoolean over) {
    int count = 0;
    while (!over.get()) {
      // Some are wanted more often than others.
      int number = Math.min(random.nextInt(OBJECTS), random.nextInt(OBJECTS));
      byte[] expected = bytes(number);
      int from = random.nextInt(expected.length);
      int to =
          random.nextBoolean()
              ? expected.length
              : from + random.nextInt(expected.length - from) + 1;
      int begin = random.nextInt(3) == 0 ? 0 : from;
      try {
        byte[] got =
            client
                .getObjectAsBytes(
                    r ->
                        r.bucket(BUCKET)
                            .key("key" + number)
                            .range("bytes=%d-%d".formatted(begin, to - 1)))
                .asByteArray();
        if (!Arrays.equals(got, Arrays.copyOfRange(expected, begin, to))) wrong.incrementAndGet();
        count++;
      } catch (SdkException e) {
        if (over.get()) break;
        throw e;
      }
    }
    return count;
  }

  private interface During {
    void run() throws Exception;
  }

  private void whileReading(CachedServers servers, int round, During during) throws Exception {
    var over = new AtomicBoolean();
    try (S3Client client = servers.near().client();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var readers = new ArrayList<Future<Integer>>();
      for (int i = 0; i < READERS; i++) {
        var random = new Random(seed + round * 100L + i);
        Callable<Integer> reader = () -> read(client, random, over);
        readers.add(threads.submit(reader));
      }
      during.run();
      over.set(true);
      servers.near().kill();
      for (Future<Integer> each : readers) read.addAndGet(each.get());
    }
  }

  /// The bytes of all files below, by their lengths.
  private static long bytesBelow(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).mapToLong(CacheKillTest::size).sum();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException)
        return bytesBelow(path); // given up meanwhile
      throw e;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_cache_that_is_killed_again_and_again_serves_right_bytes_and_keeps_its_bound()
      throws Exception {
    System.out.println("tarn.seed=" + seed);
    Path blocks = directory.resolve("cache/blocks");
    try (var servers =
        new CachedServers(
            directory.resolve("servers"),
            List.of(),
            "--cache.size=" + BOUND,
            "--cache.block=64KiB",
            "--cache.reserve=0",
            "--cache-directories=" + directory.resolve("cache"))) {
      fill(servers);
      long most = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int length = 300 + new Random(seed + round).nextInt(700);
        whileReading(
            servers,
            round,
            () -> {
              for (int i = 0; i < length / 50; i++) {
                Thread.sleep(50);
                assertThat(bytesBelow(blocks)).as("seed %d", seed).isLessThanOrEqualTo(BOUND);
              }
            });
        long left = bytesBelow(blocks);
        servers.killAndStart();
        assertThat(wrong).as("seed %d, round %d: wrong bytes", seed, round).hasValue(0);
        assertThat(bytesBelow(blocks)).as("seed %d", seed).isLessThanOrEqualTo(BOUND);
        // What was kept is there again: all but what was under way.
        assertThat(cached(servers)).as("seed %d", seed).isGreaterThanOrEqualTo(left / 2);
        most = Math.max(most, left);
      }
      assertThat(most).as("bytes that were kept").isPositive();
      assertThat(read.get()).as("reads").isGreaterThan(ROUNDS);
    }
  }

  private static long cached(CachedServers servers) throws IOException {
    try (InputStream in = servers.near().adminEndpoint().resolve("/metrics").toURL().openStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.split("\n", -1)) {
        if (!line.startsWith("tarn_cache_bytes{kind=\"cached\"} ")) continue;
        return (long) Double.parseDouble(line.substring(line.indexOf(' ')));
      }
    }
    throw new IOException("no metric of the bytes that are cached");
  }

  @Test
  void a_cache_whose_disk_fills_up_while_it_evicts_serves_right_bytes() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: full disks on loop-mounted images");
    System.out.println("tarn.seed=" + seed);
    try (LoopImage disk = LoopImage.create(directory, "disk", 16);
        var servers =
            new CachedServers(
                directory.resolve("servers"),
                List.of(),
                "--cache.size=64MiB", // more than there is
                "--cache.block=64KiB",
                "--cache.reserve=2MiB",
                "--cache-directories=" + disk.directory().resolve("cache"))) {
      fill(servers);
      whileReading(
          servers,
          0,
          () -> {
            for (int i = 0; i < 4; i++) {
              Thread.sleep(700);
              // Somebody else takes what is left of the disk, and gives it back.
              Path other = disk.directory().resolve("other");
              exhaust(other);
              Thread.sleep(700);
              Files.delete(other);
            }
          });
      assertThat(wrong).as("seed %d: wrong bytes", seed).hasValue(0);
      assertThat(read.get()).as("reads").isGreaterThan(10);
      servers.killAndStart();
      assertThat(cached(servers)).as("seed %d", seed).isLessThanOrEqualTo(16L << 20);
    }
  }

  private static void exhaust(Path file) throws IOException {
    byte[] piece = new byte[256 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) out.write(piece);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) throw e;
    }
  }
}
