package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CommitResult.Committed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every [MetaStore] keeps of the promises of its change feed.
@Timeout(60)
abstract class MetaStoreFeedContract extends MetaStoreScanContract {
  private static final Changes MISSED = new Changes(-1, -1, List.of(), List.of());

  /// Keeps what it hears; [#MISSED] for a gap.
  private static class Heard implements ChangeListener {
    final BlockingQueue<Changes> calls = new LinkedBlockingQueue<>();

    @Override
    public void committed(Changes changes) {
      calls.add(changes);
    }

    @Override
    public void missed() {
      calls.add(MISSED);
    }

    Changes next() throws InterruptedException {
      Changes next = calls.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("heard in time").isNotNull();
      return next == null ? MISSED : next;
    }

    /// All up to the batch with this token.
    List<Changes> until(long token) throws InterruptedException {
      List<Changes> all = new ArrayList<>();
      do {
        all.add(next());
        assertThat(all.getLast()).as("no gap").isNotSameAs(MISSED);
      } while (all.getLast().token() != token);
      return all;
    }
  }

  private Subscription listen(ChangeListener listener, KeyRange... ranges) {
    return store.subscribe(List.of(ranges), listener);
  }

  @Test
  void a_subscriber_hears_of_what_is_put_and_deleted() throws Exception {
    Heard heard = new Heard();
    listen(heard, range("A", "Z"));
    Committed put = (Committed) commit(put(key("B1"), "one"), put(key("B2"), "two"));
    Committed deleted = (Committed) commit(new Op.Delete(key("B1")));
    Committed range = (Committed) commit(new Op.DeleteRange(range("B", "C")));

    Changes first = heard.next();
    assertThat(first.sequence()).isEqualTo(put.sequence());
    assertThat(first.rows()).containsExactly(key("B1"), key("B2"));
    assertThat(first.ranges()).isEmpty();
    Changes second = heard.next();
    assertThat(second.sequence()).isEqualTo(deleted.sequence());
    assertThat(second.rows()).containsExactly(key("B1"));
    Changes third = heard.next();
    assertThat(third.sequence()).isEqualTo(range.sequence());
    assertThat(third.ranges()).containsExactly(range("B", "C"));
  }

  @Test
  void the_token_of_the_batch_is_the_version_of_what_it_put() throws Exception {
    Heard heard = new Heard();
    listen(heard, range("A", "Z"));
    long token = put("B", "one");

    assertThat(heard.next().token()).isEqualTo(token);
  }

  @Test
  void a_row_under_which_something_was_buried_is_heard_of() throws Exception {
    Heard heard = new Heard();
    listen(heard, range("G", "H"));
    put("a", "one");
    commit(new Op.Put(key("a"), bytes("two"), key("G1")));
    commit(new Op.Delete(key("a"), key("G2")));

    assertThat(heard.next().rows()).containsExactly(key("G1"));
    assertThat(heard.next().rows()).containsExactly(key("G2"));
  }

  @Test
  void a_subscriber_hears_only_of_what_it_asked_for() throws Exception {
    Heard heard = new Heard();
    listen(heard, range("B", "C"), range("Sa", "Sb"));
    commit(put(key("A"), "x"), put(key("C"), "x"), put(key("S"), "x"), put(key("Sb"), "x"));
    commit(new Op.DeleteRange(range("C", "Sa")), new Op.DeleteRange(range("B", "B")));
    commit(put(key("A"), "x"), put(key("B"), "x"), put(key("Saa"), "x"), put(key("T"), "x"));
    commit(new Op.DeleteRange(range("A", "Z")));

    Changes first = heard.next();
    assertThat(first.rows()).containsExactly(key("B"), key("Saa"));
    assertThat(first.ranges()).isEmpty();
    assertThat(heard.next().ranges()).containsExactly(range("A", "Z"));
    assertThat(heard.calls).isEmpty();
  }

  @Test
  void nobody_hears_of_a_batch_that_was_refused() throws Exception {
    Heard heard = new Heard();
    listen(heard, range("A", "Z"));
    commit(List.of(new Guard.Present(key("A"))), put(key("B"), "refused"));
    long token = put("C", "taken");

    assertThat(heard.until(token)).hasSize(1);
  }

  @Test
  void nothing_is_heard_of_what_was_before_the_subscription() throws Exception {
    put("B", "before");
    Heard heard = new Heard();
    listen(heard, range("A", "Z"));
    long token = put("B", "after");

    assertThat(heard.until(token)).hasSize(1);
  }

  @Test
  void batches_of_many_committers_are_heard_of_in_commit_order_and_each_once() throws Exception {
    Heard one = new Heard();
    Heard two = new Heard();
    listen(one, range("A", "Z"));
    listen(two, range("A", "Z"));
    Set<Long> tokens = new ConcurrentSkipListSet<>();
    concurrently(
        16,
        i -> {
          for (int n = 0; n < 20; n++) tokens.add(put("B" + i, "v" + n));
        });
    long last = put("C", "last");
    tokens.add(last);

    List<Changes> all = one.until(last);
    assertThat(all).extracting(Changes::sequence).isSorted().doesNotHaveDuplicates();
    assertThat(all).extracting(Changes::token).containsExactlyInAnyOrderElementsOf(tokens);
    assertThat(two.until(last)).isEqualTo(all);
  }

  /// The listener itself reads, which must find what it was told of, and commits.
  @Test
  void what_is_heard_of_can_be_read() throws Exception {
    BlockingQueue<Boolean> found = new LinkedBlockingQueue<>();
    listen(
        new ChangeListener() {
          @Override
          public void committed(Changes changes) {
            String name = changes.rows().getFirst().toString();
            found.add(get(name).orElseThrow().version() >= changes.token());
            put("after " + name, "x");
          }

          @Override
          public void missed() {
            found.add(false);
          }
        },
        range("B", "C"));
    concurrently(8, i -> put("B" + i, "v"));

    for (int i = 0; i < 8; i++) assertThat(found.poll(20, TimeUnit.SECONDS)).isTrue();
  }

  /// Whoever subscribes and then reads has no gap between the two, whatever goes on meanwhile.
  @Test
  void a_change_is_seen_by_a_read_after_subscribing_or_else_heard_of() throws Exception {
    put("B", "v");
    AtomicBoolean over = new AtomicBoolean();
    // A subscriber's queue is bounded, and one that is never scheduled would be told of a gap: so
    // all the changes together are fewer than fill it.
    var allowed = new Semaphore(0);
    var begun = new CountDownLatch(1);
    try (ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> writing =
          writer.submit(
              () -> {
                long last;
                do {
                  last = put("B", "v");
                  begun.countDown();
                } while (!over.get() && allowed.tryAcquire(20, TimeUnit.SECONDS));
                return last;
              });
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      List<Heard> listeners = new ArrayList<>();
      List<Long> read = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        allowed.release(100);
        Heard heard = new Heard();
        listen(heard, range("B", "C"));
        listeners.add(heard);
        read.add(get("B").orElseThrow().version());
      }
      over.set(true);
      allowed.release();
      long last = writing.get();
      for (int i = 0; i < listeners.size(); i++) {
        long seen = read.get(i);
        List<Changes> after =
            seen == last && listeners.get(i).calls.isEmpty()
                ? List.of()
                : listeners.get(i).until(last);
        // The tokens of the one writer are consecutive.
        List<Long> missing = new ArrayList<>();
        for (long token = seen + 1; token <= last; token++) missing.add(token);
        after.forEach(changes -> missing.remove((Long) changes.token()));
        assertThat(missing).as("neither read nor heard of").isEmpty();
      }
    }
  }

  /// One that listens all the time goes on hearing, as each has a queue of its own.
  @Test
  void a_subscriber_that_does_not_keep_up_holds_nobody_back_and_is_told_of_the_gap()
      throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    Heard slow =
        new Heard() {
          @Override
          public void committed(Changes changes) {
            entered.countDown();
            Uninterrupted.run(busy::await);
            super.committed(changes);
          }
        };
    Heard quick = new Heard();
    listen(slow, range("B", "C"));
    listen(quick, range("B", "C"));
    long first = put("B", "v");
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    int wide = ChangeFeed.MOST_BYTES / MetaKey.MAX_LENGTH / 8;
    for (int i = 0; i < 16; i++) {
      List<Op> ops = new ArrayList<>();
      for (int n = 0; n < wide; n++) ops.add(new Op.Put(wide(i, n), new byte[0]));
      long token = commitAt(List.of(), ops.toArray(Op[]::new));
      assertThat(quick.until(token)).doesNotContain(MISSED);
    }
    busy.countDown();
    long last = put("B", "w");

    assertThat(slow.next().token()).isEqualTo(first);
    assertThat(slow.next()).isEqualTo(MISSED);
    assertThat(slow.until(last)).doesNotContain(MISSED).hasSizeLessThan(16);
  }

  private static MetaKey wide(int i, int n) {
    byte[] bytes = new byte[MetaKey.MAX_LENGTH];
    Arrays.fill(bytes, (byte) 'x');
    bytes[0] = 'B';
    bytes[1] = (byte) i;
    bytes[2] = (byte) (n >>> 8);
    bytes[3] = (byte) n;
    return new MetaKey(bytes);
  }

  @Test
  void a_closed_subscription_hears_nothing_any_more() throws Exception {
    Heard heard = new Heard();
    Subscription subscription = listen(heard, range("A", "Z"));
    long token = put("B", "one");
    heard.until(token);
    subscription.close();
    subscription.close();
    put("B", "two");
    Heard other = new Heard();
    listen(other, range("A", "Z"));
    other.until(put("B", "three"));

    assertThat(heard.calls).isEmpty();
  }

  @Test
  void a_close_waits_for_the_call_in_progress_unless_it_comes_from_there() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    AtomicBoolean left = new AtomicBoolean();
    Subscription[] itself = new Subscription[1];
    ChangeListener closing =
        new ChangeListener() {
          @Override
          public void committed(Changes changes) {
            entered.countDown();
            Uninterrupted.run(busy::await);
            itself[0].close();
            left.set(true);
          }

          @Override
          public void missed() {}
        };
    itself[0] = listen(closing, range("B", "C"));
    put("B", "one");
    put("B", "two");
    assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    try (ExecutorService closer = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> closed = closer.submit(itself[0]::close);
      assertThatThrownBy(() -> closed.get(50, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      busy.countDown();
      closed.get();
      assertThat(left).isTrue();
    }
  }

  @Test
  void a_closed_store_has_no_subscribers() throws Exception {
    Heard heard = new Heard();
    Subscription subscription = listen(heard, range("A", "Z"));
    heard.until(put("B", "one"));
    store.close();
    subscription.close();

    assertThatThrownBy(() -> listen(heard, range("A", "Z")))
        .isInstanceOf(MetaException.Unavailable.class);
    assertThat(heard.calls).isEmpty();
  }
}
