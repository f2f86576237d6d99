package io.tarn.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Keys are fetched before they expire, by one thread, and go on being used while that fails.
class RefreshedCredentialsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private volatile Instant now = START;
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile CredentialSource source = () -> Optional.of(lasting(Duration.ofHours(1)));
  private final RefreshedCredentials credentials =
      new RefreshedCredentials(
          "mine",
          () -> {
            fetches.incrementAndGet();
            return source.fetch();
          },
          () -> now,
          Duration.ofSeconds(5));

  private Credentials lasting(Duration life) {
    String number = Integer.toString(fetches.get());
    return new Credentials(
        "AK" + number, Secret.of("secret-" + number), Secret.NONE, now.plus(life), "test");
  }

  private String key() {
    return credentials.get().orElseThrow().accessKey();
  }

  /// What is fetched while nobody waits for it.
  private void awaitKey(String expected) throws InterruptedException {
    for (int i = 0; i < 500 && !key().equals(expected); i++) Thread.sleep(10);
    assertThat(key()).isEqualTo(expected);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void keys_are_fetched_once_and_again_before_they_expire() throws InterruptedException {
    assertThat(key()).isEqualTo("AK1");
    pass(Duration.ofMinutes(54));
    assertThat(key()).isEqualTo("AK1");
    assertThat(fetches).hasValue(1);
    pass(Duration.ofMinutes(2));
    assertThat(key()).as("nobody waits for the next ones").isEqualTo("AK1");
    awaitKey("AK2");
    assertThat(fetches).hasValue(2);
  }

  @Test
  void a_hundred_who_want_keys_have_them_fetched_once() throws Exception {
    var go = new CountDownLatch(1);
    source =
        () -> {
          await(go);
          return Optional.of(lasting(Duration.ofHours(1)));
        };
    List<Future<String>> found = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) found.add(readers.submit(this::key));
      Thread.sleep(50);
      go.countDown();
      for (Future<String> each : found) assertThat(each.get()).isEqualTo("AK1");
    }
    assertThat(fetches).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void old_keys_go_on_while_fetching_fails_and_not_longer_than_they_are_valid()
      throws InterruptedException {
    assertThat(key()).isEqualTo("AK1");
    source =
        () -> {
          throw new CredentialsFailure("STS is away");
        };
    pass(Duration.ofMinutes(58));
    assertThat(key()).isEqualTo("AK1");
    awaitFetches(2);
    for (int i = 0; i < 100; i++) assertThat(key()).isEqualTo("AK1");
    assertThat(fetches).as("not at each request").hasValue(2);
    pass(Duration.ofMinutes(3));
    assertThatThrownBy(credentials::get).hasMessage("STS is away");
    int attempts = fetches.get();
    for (int i = 0; i < 100; i++) assertThatThrownBy(credentials::get).hasMessage("STS is away");
    assertThat(fetches).as("a pause between attempts").hasValue(attempts);
    source = () -> Optional.of(lasting(Duration.ofHours(1)));
    pass(Duration.ofMinutes(2));
    assertThat(key()).isEqualTo("AK" + (attempts + 1));
  }

  private void awaitFetches(int count) throws InterruptedException {
    for (int i = 0; i < 500 && fetches.get() < count; i++) Thread.sleep(10);
    Thread.sleep(20); // the end of it
    assertThat(fetches).hasValue(count);
  }

  @Test
  void keys_that_have_expired_already_are_none() {
    source = () -> Optional.of(lasting(Duration.ofSeconds(-1)));
    assertThatThrownBy(credentials::get).hasMessageContaining("have expired");
  }

  @Test
  void whoever_gives_the_same_keys_to_their_end_is_not_asked_all_the_time() {
    Credentials same = lasting(Duration.ofMinutes(4));
    source = () -> Optional.of(same);
    for (int i = 0; i < 240; i++) {
      assertThat(credentials.get()).contains(same);
      pass(Duration.ofSeconds(1).minusMillis(1));
    }
    assertThat(fetches.get()).isLessThan(40);
  }

  @Test
  void that_there_is_nothing_is_remembered_for_a_minute() {
    source = Optional::empty;
    for (int i = 0; i < 100; i++) assertThat(credentials.get()).isEmpty();
    assertThat(fetches).hasValue(1);
    source = () -> Optional.of(lasting(Duration.ofHours(1)));
    pass(Duration.ofSeconds(61));
    assertThat(key()).isEqualTo("AK2");
  }

  @Test
  void refused_keys_are_fetched_anew_once_for_all_who_were_refused() throws Exception {
    Credentials first = credentials.get().orElseThrow();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> renewed = new ArrayList<>();
      for (int i = 0; i < 50; i++) renewed.add(readers.submit(() -> credentials.renew(first)));
      for (Future<Boolean> each : renewed) assertThat(each.get()).isTrue();
    }
    assertThat(fetches).hasValue(2);
    Credentials second = credentials.get().orElseThrow();
    assertThat(credentials.renew(second)).as("again within a minute").isFalse();
    assertThat(fetches).hasValue(2);
    pass(Duration.ofMinutes(2));
    assertThat(credentials.renew(second)).isTrue();
  }

  @Test
  void refused_keys_that_are_fetched_again_as_they_were_are_no_others() {
    Credentials same = lasting(Duration.ofHours(1));
    source = () -> Optional.of(same);
    assertThat(credentials.get()).contains(same);
    for (int i = 0; i < 100; i++) assertThat(credentials.renew(same)).isFalse();
    assertThat(fetches).hasValue(2);
    assertThat(credentials.get()).contains(same);
  }

  @Test
  void nobody_waits_longer_than_is_said_for_a_source_that_hangs()
      throws InterruptedException, ExecutionException {
    var never = new CountDownLatch(1);
    var impatient =
        new RefreshedCredentials(
            "slow",
            () -> {
              fetches.incrementAndGet();
              await(never);
              return Optional.empty();
            },
            () -> now,
            Duration.ofMillis(100));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(impatient::get).isInstanceOf(CredentialsFailure.class);
    }
    assertThat(fetches).as("one thread, however many wait").hasValue(1);
    never.countDown();
  }

  @Test
  void a_source_with_a_bug_says_nothing_of_what_it_read() {
    source =
        () -> {
          throw new IllegalStateException("s3cr3t");
        };
    assertThatThrownBy(credentials::get)
        .isInstanceOf(CredentialsFailure.class)
        .message()
        .doesNotContain("s3cr3t");
  }
}
