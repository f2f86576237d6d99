package io.tarn.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DigesterTest {
  private static final byte[] BYTES = new byte[1_000_000];

  static {
    new Random(1).nextBytes(BYTES);
  }

  private static byte[] md5() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("MD5").digest(BYTES);
  }

  /// In buffers of which every other one is worth handing over, each overwritten after use.
  private static Digester.Finished digest(Executor beside) {
    var digester = new Digester(ChecksumAlgorithm.CRC32C, beside);
    ByteBuffer buffer = ByteBuffer.allocateDirect(100_000);
    for (int at = 0, round = 0; at < BYTES.length; round++) {
      int count = Math.min(BYTES.length - at, round % 2 == 0 ? 100_000 : 1_000);
      digester.settle();
      buffer.clear().put(BYTES, at, count).flip();
      digester.begin(buffer.asReadOnlyBuffer());
      assertThat(buffer.remaining()).isEqualTo(count);
      at += count;
    }
    return digester.finish();
  }

  @Test
  void hashes_the_same_in_line_beside_and_when_the_pool_refuses() throws NoSuchAlgorithmException {
    Executor refusing =
        _ -> {
          throw new RejectedExecutionException();
        };
    try (var pool = Executors.newFixedThreadPool(2)) {
      Executor threadless =
          _ -> {
            throw new OutOfMemoryError("unable to create native thread");
          };
      for (Executor executor : List.of(pool, refusing, threadless, (Executor) Runnable::run)) {
        Digester.Finished finished = digest(executor);
        assertThat(finished.md5()).isEqualTo(md5());
      }
    }
  }

  @Test
  void buffers_begun_one_after_another_are_hashed_in_order() throws NoSuchAlgorithmException {
    try (var pool = Executors.newFixedThreadPool(2)) {
      var digester = new Digester(ChecksumAlgorithm.CRC32C, pool);
      var ring = new ByteBuffer[3];
      for (int at = 0, round = 0; at < BYTES.length; round++) {
        int count = Math.min(BYTES.length - at, 100_000);
        int turn = round % ring.length;
        digester.settle(ring.length - 1);
        ring[turn] = ring[turn] == null ? ByteBuffer.allocateDirect(100_000) : ring[turn];
        ring[turn].clear().put(BYTES, at, count).flip();
        digester.begin(ring[turn]);
        at += count;
      }
      assertThat(digester.finish().md5()).isEqualTo(md5());
    }
  }

  @Test
  void update_gives_the_buffer_back_at_once() throws NoSuchAlgorithmException {
    var digester = new Digester(null);
    ByteBuffer buffer = ByteBuffer.allocate(70_000);
    for (int at = 0; at < BYTES.length; at += 50_000) {
      buffer.clear().put(BYTES, at, 50_000).flip();
      digester.update(buffer);
      buffer.clear();
      while (buffer.hasRemaining()) buffer.put((byte) 0);
    }
    Digester.Finished finished = digester.finish();
    assertThat(finished.md5()).isEqualTo(md5());
    assertThat(finished.checksum()).isEmpty();
  }

  @Test
  void settling_waits_though_interrupted_and_stays_interrupted() throws Exception {
    var release = new CountDownLatch(1);
    var tasks = new ArrayList<Thread>();
    Executor slow =
        task ->
            tasks.add(
                Thread.ofPlatform()
                    .start(
                        () -> {
                          try {
                            release.await();
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                          task.run();
                        }));
    var digester = new Digester(null, slow);
    digester.begin(ByteBuffer.wrap(BYTES));
    var stayed = new boolean[1];
    Thread waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  digester.settle();
                  stayed[0] = Thread.currentThread().isInterrupted();
                });
    waiting.join(50);
    assertThat(waiting.isAlive()).isTrue();
    release.countDown();
    waiting.join();
    assertThat(stayed[0]).isTrue();
    assertThat(digester.finish().md5()).isEqualTo(md5());
    tasks.getFirst().join();
  }
}
