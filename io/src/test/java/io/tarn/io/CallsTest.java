package io.tarn.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.StoreFailure.Unresponsive;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calls to a disk that does not answer, until the latch opens.
class CallsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MOST = 4;

  private final Fence fence =
      new Fence(Path.of("/srv/one"), "volume one", this::check, Duration.ofDays(1), 100);
  private final Calls calls = new Calls("volume one", new CallSettings(PATIENCE, MOST), fence);
  private final CountDownLatch disk = new CountDownLatch(1);
  private final ArrayBlockingQueue<String> undone = new ArrayBlockingQueue<>(10);

  private void check() throws IOException {
    calls.check(() -> null);
  }

  private String answer() {
    try {
      disk.await();
      return "late";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String hanging() throws IOException {
    return calls.make(this::answer, late -> undone.add(String.valueOf(late)));
  }

  /// A place becomes free a moment after whoever waits has the outcome.
  private void awaitRest() throws InterruptedException {
    for (int i = 0; i < 2000 && calls.underway() > 0; i++) Thread.sleep(10);
    assertThat(calls.underway()).isZero();
  }

  @AfterEach
  void end() {
    disk.countDown();
    fence.close();
  }

  @Test
  void a_call_is_made_on_a_thread_of_the_system_and_gives_what_it_gives() throws Exception {
    assertThat(calls.make(() -> Thread.currentThread().isVirtual())).isFalse();
    var failure = new IOException("EIO");
    assertThatThrownBy(
            () ->
                calls.make(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    awaitRest();
    assertThat(fence.problem()).isNull();
  }

  @Test
  void who_waits_too_long_is_told_and_what_came_of_it_is_undone() throws Exception {
    long began = System.nanoTime();
    assertThatThrownBy(this::hanging)
        .isInstanceOf(Unresponsive.class)
        .hasMessageContaining("volume one does not answer");
    assertThat(System.nanoTime() - began).isBetween(PATIENCE.toNanos(), 20 * PATIENCE.toNanos());
    assertThat(fence.problem()).contains("did not return within 1 s");
    assertThat(calls.hung()).isEqualTo(1);
    assertThat(calls.underway()).isEqualTo(1);
    assertThat(undone).isEmpty();
    disk.countDown();
    assertThat(undone.poll(20, TimeUnit.SECONDS)).isEqualTo("late");
    awaitRest();
    assertThat(calls.hung()).isZero();
  }

  @Test
  void once_a_volume_does_not_answer_nobody_waits_for_it() {
    assertThatThrownBy(this::hanging).isInstanceOf(Unresponsive.class);
    var made = new AtomicInteger();
    assertThatThrownBy(() -> calls.make(made::incrementAndGet)).isInstanceOf(Unresponsive.class);
    assertThat(calls.begin(made::incrementAndGet)).isFalse();
    assertThat(made).hasValue(0);
  }

  @Test
  void a_call_more_than_there_are_places_waits_and_is_refused_with_the_others() throws Exception {
    var answers = new ArrayBlockingQueue<RuntimeException>(3 * MOST);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3 * MOST; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  hanging();
                } catch (Unresponsive e) {
                  answers.add(e);
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    for (Thread thread : threads) assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    assertThat(answers).hasSize(3 * MOST);
    assertThat(calls.hung()).isEqualTo(MOST);
  }

  @Test
  void a_place_that_becomes_free_is_the_next_ones() throws Exception {
    var slow = new Semaphore(0);
    List<Thread> threads = new ArrayList<>();
    var done = new AtomicInteger();
    for (int i = 0; i < 5 * MOST; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  calls.make(slow::tryAcquire);
                  done.incrementAndGet();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    for (Thread thread : threads) assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    assertThat(done).hasValue(5 * MOST);
  }

  @Test
  void a_check_that_does_not_end_either_is_the_only_one() {
    assertThatThrownBy(() -> calls.check(this::answer)).isInstanceOf(Unresponsive.class);
    assertThatThrownBy(() -> calls.check(() -> null))
        .isInstanceOf(Unresponsive.class)
        .hasMessageContaining("has not ended yet");
    assertThat(fence.isSilent()).isTrue();
  }

  @Test
  void a_check_does_not_open_a_volume_most_of_whose_calls_have_not_returned() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> assertThatThrownBy(this::hanging).isInstanceOf(Unresponsive.class)));
    }
    for (Thread thread : threads) thread.join();
    assertThatThrownBy(fence::check).hasMessageContaining("4 calls from before have not returned");
    assertThat(fence.isSilent()).isTrue();
    disk.countDown();
    for (int i = 0; i < 2000 && calls.hung() > 0; i++) Thread.sleep(10);
    fence.check();
    assertThat(fence.problem()).isNull();
    assertThat(calls.make(() -> 7)).isEqualTo(7);
  }

  @Test
  void who_closes_waits_for_nobody_and_a_close_that_does_not_end_is_noticed() throws Exception {
    var closer = new Closer(calls);
    var closed = new AtomicInteger();
    closer.add(this::answer);
    closer.add(closed::incrementAndGet);
    assertThat(fence.isSilent()).isFalse();
    Thread.sleep(2 * PATIENCE.toMillis());
    closer.add(closed::incrementAndGet);
    assertThat(fence.problem()).contains("closing a file did not end within 1 s");
    assertThat(closer.left()).isEqualTo(3);
    disk.countDown();
    closer.end();
    assertThat(closed).hasValue(2);
    assertThat(closer.left()).isZero();
    closer.add(closed::incrementAndGet);
    assertThat(closed).hasValue(3);
  }

  @Test
  void files_are_closed_soon_after_a_pause_too() throws Exception {
    var closer = new Closer(calls);
    for (int i = 0; i < 20; i++) {
      var closed = new CountDownLatch(1);
      closer.add(closed::countDown);
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
      Thread.sleep(i);
    }
  }

  /// One whose free space is asked for and not told.
  private final class SilentStore extends FileStore {
    private boolean answered;

    @Override
    public long getUsableSpace() {
      if (answered) {
        String _ = answer();
        return 5;
      }
      answered = true;
      return 7;
    }

    @Override
    public long getTotalSpace() {
      return 10;
    }

    @Override
    public long getUnallocatedSpace() {
      return 7;
    }

    @Override
    public String name() {
      return "silent";
    }

    @Override
    public String type() {
      return "silent";
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public boolean supportsFileAttributeView(
        Class<? extends java.nio.file.attribute.FileAttributeView> type) {
      return false;
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
      return false;
    }

    @Override
    public <V extends java.nio.file.attribute.FileStoreAttributeView>
        @Nullable V getFileStoreAttributeView(Class<V> type) {
      return null;
    }

    @Override
    public Object getAttribute(String attribute) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void who_asks_for_the_free_space_does_not_wait_for_a_disk_that_does_not_tell() throws Exception {
    var sizes = new Sizes(new SilentStore(), calls);
    long began = System.nanoTime();
    while (!fence.isSilent()) {
      long asked = System.nanoTime();
      assertThat(sizes.free()).isEqualTo(7);
      assertThat(sizes.total()).isEqualTo(10);
      assertThat(System.nanoTime() - asked).isLessThan(PATIENCE.toNanos());
      assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
      Thread.sleep(50);
    }
    assertThat(fence.problem()).contains("asking for the free space");
    disk.countDown();
    for (int i = 0; i < 2000 && sizes.free() != 5; i++) Thread.sleep(10);
    assertThat(sizes.free()).isEqualTo(5);
  }
}
