package io.tarn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.zip.CRC32C;

/// What this machine and JVM can do at most, to read the servers' figures against: hash rates of
/// one core, the rate at which `dd conv=fdatasync` writes, and the time of one small durable write.
/// Megabytes are 10^6 bytes.
record Reference(
    double md5MegabytesPerSecond,
    double sha256MegabytesPerSecond,
    double crc32cMegabytesPerSecond,
    double diskMegabytesPerSecond,
    double syncMillis) {
  private static final int BLOCK = 1 << 20;
  private static final long HASH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int DISK_RUNS = 3;
  private static final int DISK_BLOCKS = 1024;
  private static final int SYNCS = 200;

  /// Measures for about ten seconds; writes a gibibyte into `directory` and removes it.
  static Reference measure(Path directory) throws IOException, InterruptedException {
    return new Reference(
        digestRate("MD5"),
        digestRate("SHA-256"),
        crcRate(),
        diskRate(directory),
        syncMillis(directory));
  }

  /// Name and value, for people.
  List<String[]> rows() {
    return List.of(
        row("MD5, one core of this JVM", md5MegabytesPerSecond, "MB/s"),
        row("SHA-256, one core of this JVM", sha256MegabytesPerSecond, "MB/s"),
        row("CRC32C, one core of this JVM", crc32cMegabytesPerSecond, "MB/s"),
        row("dd bs=1M count=1024 conv=fdatasync", diskMegabytesPerSecond, "MB/s"),
        row("4 KiB write and fdatasync, median", syncMillis, "ms"));
  }

  private static String[] row(String name, double value, String unit) {
    return new String[] {name, Report.number(value) + " " + unit};
  }

  private static double digestRate(String algorithm) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      return rate(digest::update);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks " + algorithm, e);
    }
  }

  private static double crcRate() {
    return rate(new CRC32C()::update);
  }

  /// The better of two seconds: the first also warms up.
  private static double rate(Consumer<byte[]> hash) {
    byte[] block = new byte[BLOCK];
    double best = 0;
    for (int second = 0; second < 2; second++) {
      long start = System.nanoTime();
      long blocks = 0;
      while (System.nanoTime() - start < HASH_NANOS) {
        hash.accept(block);
        blocks++;
      }
      best = Math.max(best, blocks * (double) BLOCK * 1e3 / (System.nanoTime() - start));
    }
    return best;
  }

  private static double diskRate(Path directory) throws IOException, InterruptedException {
    Path file = directory.resolve("bench-reference.bin");
    double[] rates = new double[DISK_RUNS];
    for (int run = 0; run < DISK_RUNS; run++) {
      long start = System.nanoTime();
      Process dd =
          new ProcessBuilder(
                  "dd",
                  "if=/dev/zero",
                  "of=" + file,
                  "bs=1M",
                  "count=" + DISK_BLOCKS,
                  "conv=fdatasync")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (dd.waitFor() != 0) throw new IOException("dd could not write " + file);
      rates[run] = DISK_BLOCKS * (double) BLOCK * 1e3 / (System.nanoTime() - start);
      Files.delete(file);
    }
    return Summary.median(DoubleStream.of(rates));
  }

  private static double syncMillis(Path directory) throws IOException {
    Path file = directory.resolve("bench-reference.log");
    double[] millis = new double[SYNCS];
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      for (int i = 0; i < SYNCS; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(4096));
        channel.force(false);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return Summary.median(DoubleStream.of(millis));
  }
}
