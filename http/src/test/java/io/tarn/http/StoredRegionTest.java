package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How what is stored is sent: read on the loop, where it is in memory.
@ExtendWith(LeakGuard.class)
class StoredRegionTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final int ROOM = 64 << 10;
  private static final int PAGE = 4 << 10;

  /// Bytes of which some pages are in memory. By a seed, pages also leave it again.
  private static final class Paged implements BodySlice.Bytes {
    final AtomicInteger fetches = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger tries = new AtomicInteger();
    private final byte[] content;
    private final @Nullable Random fate;
    private final int damagedFrom;
    private final BitSet resident = new BitSet();

    Paged(byte[] content, @Nullable Random fate, int damagedFrom) {
      this.content = content;
      this.fate = fate;
      this.damagedFrom = damagedFrom;
    }

    static Paged cold(byte[] content) {
      return new Paged(content, null, Integer.MAX_VALUE);
    }

    static Paged warm(byte[] content) {
      StoredRegionTest.Paged paged = cold(content);
      paged.resident.set(0, content.length / PAGE + 1);
      return paged;
    }

    static Paged damaged(byte[] content, int from) {
      var paged = new Paged(content, null, from);
      paged.resident.set(0, content.length / PAGE + 1);
      return paged;
    }

    static Paged fickle(byte[] content, Random fate) {
      return new Paged(content, fate, Integer.MAX_VALUE);
    }

    @Override
    public void read(long at, ByteBuffer into) {
      reads.incrementAndGet();
      fill(at, into, content.length);
    }

    private void fill(long at, ByteBuffer into, int known) {
      var start = (int) (at - at % ROOM);
      into.clear();
      var end = Math.min(known, start + into.capacity() - into.capacity() % ROOM);
      if (end > damagedFrom) throw new IllegalStateException("damaged");
      into.put(content, start, end - start).flip().position((int) at - start);
    }

    @Override
    public synchronized boolean tryRead(long at, ByteBuffer into) {
      tries.incrementAndGet();
      if (fate != null && fate.nextInt(4) == 0) {
        resident.clear(fate.nextInt(content.length / PAGE + 1));
      }
      var start = (int) (at - at % ROOM);
      int end = resident.nextClearBit(start / PAGE) * PAGE;
      if (end < content.length) end -= end % ROOM;
      if (end <= at) return false;
      fill(at, into, Math.min(end, content.length));
      return true;
    }

    @Override
    public boolean canTry() {
      return true;
    }

    @Override
    public synchronized void fetch(long at, long length) {
      fetches.incrementAndGet();
      resident.set((int) at / PAGE, (int) (at + length - 1) / PAGE + 1);
      if (fate != null) {
        for (int i = fate.nextInt(3); i > 0; i--) {
          resident.clear(fate.nextInt(content.length / PAGE + 1));
        }
      }
    }

    @Override
    public int room() {
      return ROOM;
    }
  }

  private static byte[] content(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Response of(BodySlice.Bytes bytes, long offset, long length) {
    var slice = new BodySlice.Stored(bytes, offset, length);
    return new Response(200, Headers.EMPTY, new ResponseBody.Slices(length, new OneSlice(slice)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 65_537, 1_000_000, 9_000_000})
  void what_is_in_memory_is_read_by_the_loop_alone(int length) throws Exception {
    byte[] bytes = content(length + 70_000);
    var warm = Paged.warm(bytes);
    try (var server = TestServers.start(e -> e.respond(of(warm, 66_000, length)));
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().body())
          .isEqualTo(Arrays.copyOfRange(bytes, 66_000, 66_000 + length));
      assertThat(warm.fetches).hasValue(0);
      assertThat(warm.reads.get() > 0).isEqualTo(length <= ROOM);
    }
  }

  @Test
  void what_is_not_is_brought_in_once_and_sent_in_order() throws Exception {
    byte[] bytes = content(20_000_000);
    var cold = Paged.cold(bytes);
    try (var server = TestServers.start(e -> e.respond(of(cold, 0, bytes.length)));
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().body()).isEqualTo(bytes);
      assertThat(cold.fetches).hasValueBetween(20, 25);
      assertThat(cold.reads).hasValue(0);
      assertThat(client.send(GET).reply().body()).isEqualTo(bytes);
      assertThat(cold.fetches).hasValueBetween(20, 25);
    }
  }

  @Test
  void pages_that_come_and_go_change_nothing_but_the_time() throws Exception {
    var seed = Long.getLong("tarn.seed", System.nanoTime() & 0xFFFFFF);
    System.out.println("tarn.seed=" + seed);
    byte[] bytes = content(6_000_000);
    var number = new AtomicInteger();
    try (var server =
            TestServers.start(
                e -> {
                  var random = new Random(seed + number.getAndIncrement());
                  int from = random.nextInt(bytes.length);
                  int length = random.nextInt(bytes.length - from) + 1;
                  Response response = of(Paged.fickle(bytes, random), from, length);
                  var headers = Headers.of("X-From", String.valueOf(from));
                  e.respond(new Response(200, headers, response.body()));
                });
        var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> clients = new ArrayList<>();
      for (var i = 0; i < 8; i++) clients.add(() -> readRanges(server.port(), bytes));
      for (var client : threads.invokeAll(clients)) assertThat(client.get()).isEqualTo(10);
    }
  }

  private static int readRanges(int port, byte[] bytes) throws Exception {
    var right = 0;
    try (var client = new RawClient(port)) {
      for (var i = 0; i < 10; i++) {
        RawClient.Reply reply = client.send(GET).reply();
        var from = Integer.parseInt(reply.headers().get("x-from"));
        int end = from + reply.body().length;
        assertThat(reply.body()).isEqualTo(Arrays.copyOfRange(bytes, from, end));
        right++;
      }
    }
    return right;
  }

  @Test
  void bytes_that_leave_memory_at_once_are_read_into_buffers_in_the_end() throws Exception {
    byte[] bytes = content(3_000_000);
    var leaving =
        new BodySlice.Bytes() {
          final Paged paged = Paged.warm(bytes);

          @Override
          public void read(long at, ByteBuffer into) {
            paged.read(at, into);
          }

          @Override
          public boolean tryRead(long at, ByteBuffer into) {
            return at < 1_000_000 && paged.tryRead(at, into);
          }

          @Override
          public boolean canTry() {
            return true;
          }

          @Override
          public void fetch(long at, long length) {
            paged.fetch(at, length);
          }

          @Override
          public int room() {
            return ROOM;
          }
        };
    try (var server = TestServers.start(e -> e.respond(of(leaving, 0, bytes.length)));
        var client = new RawClient(server.port())) {
      assertThat(client.send(GET).reply().body()).isEqualTo(bytes);
      assertThat(leaving.paged.reads).hasPositiveValue();
      assertThat(leaving.paged.fetches).hasValueLessThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40_000})
  void damage_in_the_first_bytes_can_still_be_answered(int from) throws Exception {
    for (var length : new int[] {10, 60_000, 3_000_000}) {
      var damaged = Paged.damaged(content(3_000_000), from);
      try (var server =
              TestServers.start(
                  exchange -> {
                    assertThatThrownBy(() -> exchange.respond(of(damaged, 0, length)))
                        .hasMessage("damaged");
                    assertThat(exchange.responded()).isFalse();
                  });
          var client = new RawClient(server.port())) {
        assertThat(client.send(GET).reply().status()).isEqualTo(500);
      }
    }
  }

  @Test
  void damage_further_on_ends_the_connection_and_no_byte_of_it_is_sent() throws Exception {
    byte[] bytes = content(3_000_000);
    var ends = new ArrayBlockingQueue<Throwable>(1);
    try (var server =
            TestServers.start(
                exchange -> {
                  try {
                    exchange.respond(of(Paged.damaged(bytes, 1_500_000), 0, bytes.length));
                  } catch (RuntimeException e) {
                    ends.add(e);
                    throw e;
                  }
                });
        var client = new RawClient(server.port())) {
      String all = client.send(GET).rest();
      assertThat(all.length()).isBetween(1_000_000, 1_500_000 + 500);
      assertThat(TestServers.take(ends)).hasMessage("damaged");
    }
  }

  @Test
  void a_client_that_takes_nothing_has_nothing_kept_for_it() throws Exception {
    byte[] bytes = content(5_000_000);
    var warm = Paged.warm(bytes);
    try (var server = TestServers.start(e -> e.respond(of(warm, 0, bytes.length)));
        var slow = new RawClient(server.port(), 4096);
        var quick = new RawClient(server.port())) {
      slow.send(GET);
      for (var i = 0; i < 3; i++) assertThat(quick.send(GET).reply().body()).isEqualTo(bytes);
      assertThat(server.budgets().replies().used()).isZero();
      assertThat(slow.reply().body()).isEqualTo(bytes);
      assertThat(warm.reads).hasValue(0);
    }
  }
}
