package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.node.FaultyOrigin.Outcome;
import io.tarn.testkit.FaultProxy;
import io.tarn.testkit.FaultRule;
import io.tarn.testkit.WireFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An origin that is sick for long is asked little more than a healthy one, whatever its sickness
/// and whatever clients want, and asked again when it is well.
@Tag("slow")
class OriginStormTest {
  private static final int OPERATIONS = 1000;
  private static final int CLIENTS = 4;
  private static final int KEYS = 20;

  /// What may be repeated at first, before it has to be earned: by the origin's client, and by the
  /// cache.
  private static final int AT_FIRST = 2 * 10;

  private static final byte[] BYTES = new byte[200_000];

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static FaultyOrigin world;

  @BeforeAll
  static void start() throws IOException {
    world = new FaultyOrigin(directory);
    for (int i = 0; i < KEYS; i++) {
      world.far("PUT", key(i), BYTES);
      assertThat(world.near("HEAD", key(i), new byte[0]).status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void end() throws IOException {
    world.close();
  }

  @BeforeEach
  void heal() throws IOException {
    world.heal();
  }

  /// With a tenth of them repeated ones.
  private static int most(int operations) {
    return (operations + AT_FIRST) * 10 / 9;
  }

  /// The head is here, and nothing else.
  private static String key(int number) {
    return "/" + FaultyOrigin.EXCLUSIVE + "/key-" + number % KEYS;
  }

  private static Outcome operation(int number) {
    String unknown = "/" + FaultyOrigin.REVALIDATED + "/unknown-" + number;
    byte[] none = new byte[0];
    return switch (number % 6) {
      case 0 -> world.get(key(number));
      case 1 -> world.get(unknown);
      case 2 -> world.near("HEAD", unknown, none);
      case 3 -> world.near("PUT", unknown, "body".getBytes(StandardCharsets.UTF_8));
      case 4 -> world.near("DELETE", unknown, none);
      default -> world.get("/" + FaultyOrigin.REVALIDATED + "?list-type=2");
    };
  }

  private static void ask(WireFault fault) throws Exception {
    world.proxy.rules(FaultRule.always(fault));
    world.proxy.forget();
    try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
      var work = new ArrayList<Callable<Outcome>>();
      for (int i = 0; i < OPERATIONS; i++) {
        int number = i;
        work.add(() -> operation(number));
      }
      for (Future<Outcome> each : threads.invokeAll(work)) {
        assertThat(each.get().isSuccess()).as("%s: %s", fault, each.get().text()).isFalse();
      }
    }
    List<FaultProxy.Passed> asked = world.proxy.passed();
    assertThat(asked.size())
        .as("%s: %s", fault, world.proxy.counts())
        .isLessThanOrEqualTo(most(OPERATIONS));
  }

  @Test
  void one_that_fails_is_not_stormed() throws Exception {
    ask(new WireFault.Refusal(500, "InternalError", null));
    wellAgain();
  }

  @Test
  void one_that_wants_fewer_requests_is_not_stormed() throws Exception {
    ask(new WireFault.Refusal(503, "SlowDown", null));
    wellAgain();
  }

  @Test
  void one_that_hangs_up_is_not_stormed() throws Exception {
    ask(new WireFault.ResetAtOnce());
    wellAgain();
  }

  @Test
  void one_that_takes_no_keys_any_more_is_not_stormed() throws Exception {
    ask(new WireFault.Refusal(403, "InvalidAccessKeyId", null));
    wellAgain();
  }

  @Test
  void one_behind_a_proxy_with_pages_of_its_own_is_not_stormed() throws Exception {
    ask(new WireFault.HtmlPage(502));
    wellAgain();
  }

  /// Reads only: writes of nothing break off nothing.
  @Test
  void one_that_breaks_off_what_it_sends_is_not_stormed() throws Exception {
    world.proxy.rules(FaultRule.always(new WireFault.ResetInReply(10)).method("GET"));
    world.proxy.forget();
    for (int i = 0; i < OPERATIONS / 4; i++) assertThat(world.get(key(i)).isSuccess()).isFalse();
    assertThat(world.proxy.passed().size())
        .as("%s", world.proxy.counts())
        .isLessThanOrEqualTo(most(OPERATIONS / 4));
    wellAgain();
  }

  private static void wellAgain() throws Exception {
    world.heal();
    for (int i = 0; i < 3; i++) {
      Outcome read = world.get("/" + FaultyOrigin.EXCLUSIVE + "/well-" + i);
      assertThat(read.status()).as(read.text()).isEqualTo(404);
    }
  }
}
