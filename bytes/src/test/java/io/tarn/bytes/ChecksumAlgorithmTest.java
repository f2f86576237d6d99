package io.tarn.bytes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChecksumAlgorithmTest {
  private final long seed = Long.getLong("test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private static byte[] of(ChecksumAlgorithm algorithm, byte[] bytes, int from, int to) {
    ChecksumAlgorithm.Running running = algorithm.start();
    running.update(ByteBuffer.wrap(bytes, from, to - from));
    return running.value();
  }

  /// The check values of the CRC catalogue (reveng.sourceforge.io) and of FIPS 180-4 digests.
  @ParameterizedTest
  @CsvSource({
    "CRC32, cbf43926",
    "CRC32C, e3069283",
    "CRC64NVME, ae8b14860a799888",
    "SHA1, f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "SHA256, 15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
  })
  void counts_as_its_specification_does(ChecksumAlgorithm algorithm, String hex) {
    byte[] value = of(algorithm, "123456789".getBytes(US_ASCII), 0, 9);
    assertThat(HexFormat.of().formatHex(value)).isEqualTo(hex);
    assertThat(value).hasSize(algorithm.bytes());
  }

  @ParameterizedTest
  @EnumSource
  void pieces_of_any_kind_of_buffer_give_the_value_of_the_whole(ChecksumAlgorithm algorithm) {
    byte[] bytes = new byte[200_000];
    random.nextBytes(bytes);
    byte[] whole = of(algorithm, bytes, 0, bytes.length);
    ChecksumAlgorithm.Running running = algorithm.start();
    ByteBuffer direct = ByteBuffer.allocateDirect(100_000);
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, random.nextInt(100_000));
      direct.clear().put(bytes, at, count).flip();
      running.update(random.nextBoolean() ? direct : direct.asReadOnlyBuffer());
      at += count;
    }
    assertThat(running.value()).as("seed %d", seed).isEqualTo(whole);
  }

  @ParameterizedTest
  @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
  void the_crc_of_a_whole_follows_from_the_crcs_of_its_parts(ChecksumAlgorithm algorithm) {
    byte[] bytes = new byte[100_000];
    random.nextBytes(bytes);
    for (int round = 0; round < 50; round++) {
      int cut = round < 2 ? round : random.nextInt(bytes.length + 1);
      int end = round == 2 ? cut : cut + random.nextInt(bytes.length - cut + 1);
      byte[] combined =
          algorithm.combine(
              of(algorithm, bytes, 0, cut), of(algorithm, bytes, cut, end), end - cut);
      assertThat(combined)
          .as("seed %d, %d and %d bytes", seed, cut, end - cut)
          .isEqualTo(of(algorithm, bytes, 0, end));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
  void parts_beyond_four_gigabytes_combine(ChecksumAlgorithm algorithm) {
    // Zeros of 2^33 bytes by doubling, against one combination over the whole length.
    byte[] one = of(algorithm, new byte[1], 0, 1);
    byte[] doubled = one;
    for (int i = 0; i < 33; i++) doubled = algorithm.combine(doubled, doubled, 1L << i);
    byte[] half = doubled;
    byte[] left = algorithm.combine(algorithm.combine(one, half, 1L << 33), half, 1L << 33);
    byte[] both = algorithm.combine(half, half, 1L << 33);
    byte[] right = algorithm.combine(one, both, 1L << 34);
    assertThat(left).isEqualTo(right);
  }

  /// As many as an upload may have, which somebody waits for. No two are as long as another.
  @ParameterizedTest
  @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
  void ten_thousand_parts_combine_in_no_time(ChecksumAlgorithm algorithm) {
    byte[] part = of(algorithm, new byte[] {1}, 0, 1);
    byte[] whole = part;
    long start = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      whole = algorithm.combine(whole, part, (5L << 20) + random.nextInt(1 << 30));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
    assertThat(whole).hasSize(algorithm.bytes());
  }

  @ParameterizedTest
  @EnumSource(names = {"SHA1", "SHA256"})
  void digests_do_not_combine(ChecksumAlgorithm algorithm) {
    byte[] value = new byte[algorithm.bytes()];
    assertThatThrownBy(() -> algorithm.combine(value, value, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  /// Every body is hashed with it: on this platform it must not be the slow one.
  @Test
  void the_fast_engine_of_crc64_loads() {
    assertThat(Crc64Nvme.load()).isTrue();
  }

  @Test
  void both_engines_of_crc64_agree() {
    byte[] bytes = new byte[5_000];
    random.nextBytes(bytes);
    for (int round = 0; round < 200; round++) {
      int from = random.nextInt(bytes.length);
      int count = random.nextInt(bytes.length - from);
      var tables = new Crc64Nvme.Tables();
      int cut = count == 0 ? 0 : random.nextInt(count);
      tables.update(bytes, from, cut);
      tables.update(bytes, from + cut, count - cut);
      var usual = new Crc64Nvme();
      usual.update(bytes, from, count);
      assertThat(usual.getValue())
          .as("seed %d, %d bytes at %d", seed, count, from)
          .isEqualTo(tables.getValue());
    }
  }

  @Test
  void crc64_starts_again_after_a_reset_and_takes_single_bytes() {
    byte[] bytes = "123456789".getBytes(US_ASCII);
    for (var crc : Arrays.asList(new Crc64Nvme(), new Crc64Nvme.Tables())) {
      crc.update(bytes, 0, 5);
      crc.reset();
      for (byte b : bytes) crc.update(b);
      assertThat(crc.getValue()).isEqualTo(0xAE8B14860A799888L);
    }
  }
}
