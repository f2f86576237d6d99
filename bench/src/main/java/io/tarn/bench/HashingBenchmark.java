package io.tarn.bench;

import io.tarn.bytes.Crc64Nvme;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What hashing 64 KiB costs: the price of ETags (MD5), of signed payloads (SHA-256) and of stored
/// checksums (CRC32C). 65.5 µs per operation is 1 GB/s.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HashingBenchmark {
  private final byte[] block = new byte[64 << 10];
  private final MessageDigest md5;
  private final MessageDigest sha256;
  private final CRC32C crc32c = new CRC32C();
  private final Crc64Nvme crc64nvme = new Crc64Nvme();

  public HashingBenchmark() {
    RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(1).nextBytes(block);
    try {
      md5 = MessageDigest.getInstance("MD5");
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM lacks an algorithm every JVM has", e);
    }
  }

  @Benchmark
  public byte[] md5() {
    return md5.digest(block);
  }

  @Benchmark
  public byte[] sha256() {
    return sha256.digest(block);
  }

  @Benchmark
  public long crc32c() {
    crc32c.reset();
    crc32c.update(block);
    return crc32c.getValue();
  }

  @Benchmark
  public long crc64nvme() {
    crc64nvme.reset();
    crc64nvme.update(block, 0, block.length);
    return crc64nvme.getValue();
  }
}
