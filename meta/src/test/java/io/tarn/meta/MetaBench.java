package io.tarn.meta;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Prints how fast the embedded store commits and reads on this machine.
///
/// Arguments: an empty directory, and optionally the seconds per measurement (2).
final class MetaBench {

  private final Path directory;
  private final RocksMetaStore store;
  private final long nanos;
  private final AtomicLong tokens = new AtomicLong(1);

  private MetaBench(Path directory, RocksMetaStore store, long seconds) {
    this.directory = directory;
    this.store = store;
    this.nanos = seconds * 1_000_000_000L;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    long start = System.nanoTime();
    try (RocksMetaStore store =
        RocksMetaStore.open(directory, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS)) {
      print(
          "open: %.0f ms, cpu %.0f ms, rss %s%n",
          (System.nanoTime() - start) / 1e6, cpuNanos() / 1e6, rss());
      if (Boolean.getBoolean("open")) return;
      new MetaBench(directory, store, args.length > 1 ? Long.parseLong(args[1]) : 2).run();
      print("rss: %s%n", rss());
      start = System.nanoTime();
    }
    print("close: %.0f ms%n", (System.nanoTime() - start) / 1e6);
    start = System.nanoTime();
    try (RocksMetaStore store =
        RocksMetaStore.open(directory, MetaSettings.DEFAULTS, MetaStoreWords.CONTENTS)) {
      print("open again: %.0f ms, rss %s%n", (System.nanoTime() - start) / 1e6, rss());
      store.health();
    }
  }

  private void run() throws Exception {
    if (Boolean.getBoolean("commits")) {
      for (int round = 0; round < 4; round++) commits("commit 350 B", 64, 350, "Obucket00");
      commits("commit 4 KiB of contents", 64, 4096, "Dbucket00");
      return;
    }
    forces(directory);
    for (int clients : new int[] {64, 1, 8, 64, 256, 64, 1}) {
      commits("commit 350 B", clients, 350, "Obucket00");
    }
    forces(directory);
    for (int clients : new int[] {1, 8, 64, 64}) {
      commits("commit 4 KiB of contents", clients, 4096, "Dbucket00");
    }
    for (int clients : new int[] {1, 64}) {
      gets(clients, "Obucket00");
      gets(clients, "Dbucket00");
    }
    scans(1_000);
    scans(100_000);
  }

  private void commits(String name, int clients, int size, String prefix) throws Exception {
    measure(
        name,
        clients,
        (random, i) -> {
          byte[] value = new byte[size];
          random.nextBytes(value);
          MetaKey key = keyOf(prefix, random.nextInt(1_000_000));
          MetaStore.await(
              store.commit(
                  Batch.of(
                      tokens.incrementAndGet(),
                      List.of(new Guard.Precedes(key)),
                      List.of(new Op.Put(key, value)))));
        });
    GroupCommitter.Figures f = store.figures();
    print(
        "    groups so far %d, mean group %.1f, mean flush %.0f us%n",
        f.groups(), (double) f.batches() / f.groups(), f.flushNanos() / 1e3 / f.groups());
  }

  private void gets(int clients, String prefix) throws Exception {
    AtomicLong found = new AtomicLong();
    measure(
        "get " + prefix.charAt(0),
        clients,
        (random, i) -> {
          Optional<Entry> row =
              MetaStore.await(store.get(keyOf(prefix, random.nextInt(1_000_000))));
          if (row.isPresent()) found.incrementAndGet();
        });
    print("    found %d%n", found.get());
  }

  private void scans(int limit) throws Exception {
    KeyRange all = KeyRange.ofPrefix(MetaKey.of("O"));
    measure(
        "page of " + limit,
        1,
        (random, i) ->
            MetaStore.await(
                store.scan(Scan.of(all, limit).from(keyOf("Obucket00", random.nextInt(800_000))))));
    measure(
        "page of " + limit + " groups",
        1,
        (random, i) ->
            MetaStore.await(store.scan(Scan.of(all, limit).rollup(25, new byte[] {'/'}))));
  }

  private static MetaKey keyOf(String prefix, int n) {
    byte[] key = Arrays.copyOf(MetaStoreContract.bytes(prefix + "photos/team-000/album-"), 64);
    int at = prefix.length() + 22;
    for (int digit = 5; digit >= 0; digit--) {
      key[at + digit + (digit >= 3 ? 1 : 0)] = (byte) ('0' + n % 10);
      n /= 10;
    }
    key[at + 3] = '/';
    Arrays.fill(key, at + 7, key.length, (byte) 'x');
    return new MetaKey(key);
  }

  private interface Call {
    void run(RandomGenerator random, int i);
  }

  private void measure(String name, int clients, Call call) throws Exception {
    List<long[]> samples = new ArrayList<>();
    CountDownLatch ready = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    long[] took = new long[4_000_000 / clients];
                    int n = 0;
                    try {
                      ready.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    long end = System.nanoTime() + nanos;
                    while (n < took.length) {
                      long start = System.nanoTime();
                      if (start > end) break;
                      call.run(ThreadLocalRandom.current(), n);
                      took[n++] = System.nanoTime() - start;
                    }
                    synchronized (samples) {
                      samples.add(Arrays.copyOf(took, n));
                    }
                  }));
    }
    long cpu = cpuNanos();
    long start = System.nanoTime();
    ready.countDown();
    for (Thread thread : threads) thread.join();
    double seconds = (System.nanoTime() - start) / 1e9;
    long[] all = samples.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    print(
        "%-28s %4d clients  %8.0f /s   p50 %6.0f us  p99 %7.0f us  max %7.0f us  cpu %5.1f us%n",
        name,
        clients,
        all.length / seconds,
        all[all.length / 2] / 1e3,
        all[all.length * 99 / 100] / 1e3,
        all[all.length - 1] / 1e3,
        (cpuNanos() - cpu) / 1e3 / all.length);
  }

  /// Of the whole process: what a loaded machine does not distort.
  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }

  /// What one sync costs on this disk now.
  private static void forces(Path directory) throws IOException {
    long[] took = new long[1_000];
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("forced"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < took.length; i++) {
        long start = System.nanoTime();
        file.write(ByteBuffer.allocate(512), i * 512L);
        file.force(false);
        took[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(took);
    print("write 512 B and force: p50 %.0f us, p99 %.0f us%n", took[500] / 1e3, took[990] / 1e3);
  }

  private static String rss() throws Exception {
    return java.nio.file.Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .findFirst()
        .orElse("?");
  }

  @SuppressWarnings("AnnotateFormatMethod") // that annotation is not on the class path
  private static void print(String format, Object... values) {
    System.out.printf(format, values);
  }
}
