package io.tarn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Digester;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadIncomingTest {
  private static final byte[] BYTES = new byte[700_000];

  static {
    new Random(2).nextBytes(BYTES);
  }

  private static byte[] drain(Incoming incoming) {
    var out = new ByteArrayOutputStream();
    for (ByteBuffer bytes = incoming.next(); bytes != null; bytes = incoming.next()) {
      byte[] piece = new byte[bytes.remaining()];
      bytes.get(piece);
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  private static Payload.Slices slices(long length, List<Slice> list) {
    Deque<Slice> left = new ArrayDeque<>(list);
    return new Payload.Slices(
        length,
        new SliceSource() {
          @Override
          public @Nullable Slice next() {
            return left.poll();
          }

          @Override
          public void close() {}
        });
  }

  private static Digests digests(byte[] bytes) {
    var digester = new Digester(ChecksumAlgorithm.SHA1);
    digester.update(ByteBuffer.wrap(bytes));
    return Digests.of(digester.finish());
  }

  @Test
  void bytes_in_memory_come_with_their_digests() {
    var incoming = new PayloadIncoming(new Payload.Bytes(BYTES, 10, 1000), ChecksumAlgorithm.SHA1);
    assertThat(incoming.length()).isEqualTo(1000);
    assertThatThrownBy(incoming::digests).isInstanceOf(IllegalStateException.class);
    byte[] expected = Arrays.copyOfRange(BYTES, 10, 1010);
    assertThat(drain(incoming)).isEqualTo(expected);
    assertThat(incoming.digests()).isEqualTo(digests(expected));
    assertThat(incoming.next()).isNull();
  }

  @Test
  void nothing_is_a_payload_too() {
    var incoming = new PayloadIncoming(new Payload.Bytes(new byte[0]), new Digester(null));
    assertThat(incoming.next()).isNull();
    assertThat(incoming.digests().etag().text()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
  }

  @Test
  void stored_regions_and_memory_are_read_in_order() {
    var incoming =
        new PayloadIncoming(
            slices(
                600_005,
                List.of(
                    new Slice.Memory(ByteBuffer.wrap(BYTES, 0, 5)),
                    new Slice.Memory(ByteBuffer.allocate(0)),
                    new Slice.Stored(new Kept(BYTES), 100_000, 600_000))),
            ChecksumAlgorithm.SHA1);
    byte[] expected = new byte[600_005];
    System.arraycopy(BYTES, 0, expected, 0, 5);
    System.arraycopy(BYTES, 100_000, expected, 5, 600_000);
    assertThat(drain(incoming)).isEqualTo(expected);
    assertThat(incoming.digests()).isEqualTo(digests(expected));
  }

  /// Reads in runs of [#ROOM] from the beginning, as files of chunks are.
  private record Kept(byte[] bytes) implements StoredBytes {
    @Override
    public void read(long at, ByteBuffer into) {
      int start = (int) (at - at % ROOM);
      if (at >= bytes.length) throw new StoreFailure.Corrupt("nothing at " + at, null);
      into.clear().put(bytes, start, Math.min(into.capacity(), bytes.length - start)).flip();
      into.position((int) at - start);
    }

    @Override
    public boolean tryRead(long at, ByteBuffer into) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean canTry() {
      return false;
    }

    @Override
    public void fetch(long at, long length) {}
  }

  @Test
  void a_source_that_is_shorter_than_it_said_is_corrupt() {
    var incoming =
        new PayloadIncoming(
            slices(6, List.of(new Slice.Memory(ByteBuffer.wrap(BYTES, 0, 5)))), new Digester(null));
    assertThatThrownBy(() -> drain(incoming)).isInstanceOf(StoreFailure.Corrupt.class);
  }

  @Test
  void what_is_stored_and_damaged_is_corrupt() {
    var incoming =
        new PayloadIncoming(
            slices(20, List.of(new Slice.Stored(new Kept(new byte[10]), 0, 20))),
            new Digester(null));
    assertThatThrownBy(() -> drain(incoming)).isInstanceOf(StoreFailure.Corrupt.class);
  }
}
