package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads logs that a few lines here write as RocksDB does.
final class LogFileTest {

  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 7;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;
  private static final int PLACES = 2_000;

  @TempDir Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final List<Integer> headers = new ArrayList<>();
  private final long seed = Long.getLong("tarn.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private void append(int length) {
    byte[] record = new byte[length];
    random.nextBytes(record);
    int from = 0;
    boolean begun = false;
    boolean done = false;
    while (!done) {
      int room = BLOCK_BYTES - log.size() % BLOCK_BYTES;
      if (room < HEADER_BYTES) {
        log.writeBytes(new byte[room]);
        room = BLOCK_BYTES;
      }
      int some = Math.min(length - from, room - HEADER_BYTES);
      done = from + some == length;
      int type = begun ? (done ? LAST : MIDDLE) : (done ? FULL : FIRST);
      piece(type, Arrays.copyOfRange(record, from, from + some));
      begun = true;
      from += some;
    }
  }

  private void piece(int type, byte[] payload) {
    headers.add(log.size());
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(payload);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(MaskedCrc.of(crc)).putShort((short) payload.length).put((byte) type);
    log.writeBytes(header.array());
    log.writeBytes(payload);
  }

  private Optional<String> damage(byte[] bytes) throws IOException {
    return LogFile.damage(Files.write(directory.resolve("log"), bytes));
  }

  /// Four blocks: small records, one over three blocks, one whose first piece is empty for only its
  /// header fits, and blocks whose last bytes are too few for a header.
  private byte[] someLog() {
    for (int length : new int[] {12, 300, 5_000, 1, 70_000}) append(length);
    fillBlockBut(HEADER_BYTES);
    append(2_000);
    fillBlockBut(HEADER_BYTES - 1);
    append(900);
    append(30);
    return log.toByteArray();
  }

  private void fillBlockBut(int left) {
    append(BLOCK_BYTES - log.size() % BLOCK_BYTES - HEADER_BYTES - left);
  }

  @Test
  void what_rocksdb_writes_is_sound() throws IOException {
    assertThat(damage(someLog())).isEmpty();
    assertThat(damage(new byte[0])).isEmpty();
  }

  @Test
  void a_log_cut_anywhere_is_sound() throws IOException {
    byte[] whole = someLog();
    for (int header : headers) {
      for (int size = header; size <= header + HEADER_BYTES + 1; size++) {
        assertThat(damage(Arrays.copyOf(whole, size))).as("%d bytes", size).isEmpty();
      }
    }
    for (int i = 0; i < PLACES / 10; i++) {
      int size = random.nextInt(whole.length);
      assertThat(damage(Arrays.copyOf(whole, size))).as("seed %d, %d bytes", seed, size).isEmpty();
    }
  }

  @Test
  void any_flipped_bit_of_a_header_is_damage() throws IOException {
    byte[] whole = someLog();
    for (int header : headers) {
      for (int bit = 0; bit < HEADER_BYTES * Byte.SIZE; bit++) {
        int at = header + bit / Byte.SIZE;
        assertThat(damage(flipped(whole, at, bit % Byte.SIZE)))
            .as("seed %d: bit %d of %d", seed, bit % Byte.SIZE, at)
            .hasValueSatisfying(problem -> assertThat(problem).endsWith("at offset " + header));
      }
    }
  }

  @Test
  void any_flipped_bit_of_a_payload_is_damage() throws IOException {
    append(12);
    append(60_000);
    byte[] whole = log.toByteArray();
    for (int i = 0; i < PLACES; i++) {
      int at = random.nextInt(whole.length);
      int bit = random.nextInt(Byte.SIZE);
      assertThat(damage(flipped(whole, at, bit)))
          .as("seed %d: bit %d of %d", seed, bit, at)
          .isPresent();
    }
  }

  private static byte[] flipped(byte[] whole, int at, int bit) {
    byte[] damaged = whole.clone();
    damaged[at] ^= (byte) (1 << bit);
    return damaged;
  }

  @Test
  void zeros_after_the_last_record_are_sound_and_anything_after_them_is_damage()
      throws IOException {
    append(100);
    log.writeBytes(new byte[3 * BLOCK_BYTES]);
    byte[] preallocated = log.toByteArray();
    assertThat(damage(preallocated)).isEmpty();
    for (int at : new int[] {120, BLOCK_BYTES, 2 * BLOCK_BYTES + 5_000, preallocated.length - 1}) {
      assertThat(damage(flipped(preallocated, at, 3))).as("at %d", at).isPresent();
    }
  }

  @Test
  void a_type_that_is_never_written_is_damage_whatever_its_checksum() throws IOException {
    for (int type = 0; type < 256; type++) {
      log.reset();
      append(20);
      piece(type, new byte[30]);
      assertThat(damage(log.toByteArray()).isPresent())
          .as("type %d", type)
          .isEqualTo(type != FULL && type != FIRST);
    }
  }

  @Test
  void pieces_in_the_wrong_order_are_damage() throws IOException {
    for (int[] types :
        new int[][] {
          {MIDDLE}, {LAST}, {FIRST, FULL}, {FIRST, FIRST}, {FULL, LAST}, {FULL, MIDDLE}
        }) {
      log.reset();
      for (int type : types) piece(type, new byte[10]);
      assertThat(damage(log.toByteArray())).as(Arrays.toString(types)).isPresent();
    }
  }

  @Test
  void a_record_across_the_end_of_its_block_was_not_cut_short() throws IOException {
    append(30_000);
    int header = log.size();
    append(100);
    byte[] bytes = log.toByteArray();
    bytes[header + 4] = (byte) 0xff;
    bytes[header + 5] = 0x7f;
    assertThat(damage(bytes)).contains("a record longer than its block at offset " + header);
  }
}
