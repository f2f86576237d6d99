package io.tarn.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The body of an answer, pulled by whoever wants it: what nobody has taken is not asked of the
/// network, but for a few pieces. Closed, it gives up what has not come yet.
final class AnswerBody implements BodySubscriber<AnswerBody>, AutoCloseable {
  /// Pieces on their way at a time, of some 16 KiB each.
  private static final int AHEAD = 8;

  private sealed interface Event {
    record Some(List<ByteBuffer> buffers) implements Event {}

    record End() implements Event {}

    record Broken(Throwable cause) implements Event {}
  }

  /// Bytes per second: what comes more slowly, on average over the time in which nothing may come,
  /// is taken for silence.
  private static final long LEAST_RATE = 1 << 10;

  private final Duration silence;
  private final LongConsumer arrivals;
  private final Runnable closed;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
  private final Queue<ByteBuffer> taken = new ArrayDeque<>();
  private long waited; // in nanoseconds, and what came meanwhile
  private long came;
  private boolean ended;
  private boolean isClosed;

  /// `silence`: how long nothing may come. `arrivals` is told how many bytes come, whoever takes
  /// them. `closed` is run once, when it is closed.
  AnswerBody(Duration silence, LongConsumer arrivals, Runnable closed) {
    this.silence = silence;
    this.arrivals = arrivals;
    this.closed = closed;
  }

  @Override
  public CompletionStage<AnswerBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    if (subscribed.complete(subscription)) {
      subscription.request(AHEAD);
    } else {
      subscription.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    long bytes = 0;
    for (ByteBuffer buffer : buffers) bytes += buffer.remaining();
    arrivals.accept(bytes);
    events.add(new Event.Some(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Broken(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  /// The next bytes, which stay what they are; null at the end.
  @Nullable ByteBuffer next() throws IOException {
    while (true) {
      ByteBuffer buffer = taken.poll();
      if (buffer != null) {
        if (buffer.hasRemaining()) return buffer;
        continue;
      }
      if (ended) return null;
      switch (await()) {
        case Event.Some(var buffers) -> {
          for (ByteBuffer each : buffers) came += each.remaining();
          taken.addAll(buffers);
          subscribed.join().request(1);
        }
        case Event.End() -> ended = true;
        case Event.Broken(IOException cause) -> throw cause;
        case Event.Broken(var cause) -> throw new IOException(cause);
      }
    }
  }

  private Event await() throws IOException {
    long began = System.nanoTime();
    try {
      Event event = events.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
      waited += System.nanoTime() - began;
      if (event instanceof Event.Some && waited > silence.toNanos()) requireRate();
      if (event != null) return event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    throw new HttpTimeoutException("nothing came for " + silence);
  }

  /// Only the time in which somebody waits counts: a reader may be slow.
  private void requireRate() throws IOException {
    if (came / (double) LEAST_RATE < waited / 1e9) {
      throw new HttpTimeoutException("too little came for " + silence);
    }
    waited = 0;
    came = 0;
  }

  /// All of it, and closes it.
  ///
  /// @throws IOException also when it is longer than `most`
  byte[] whole(int most) throws IOException {
    try (this) {
      var all = new ByteArrayOutputStream();
      for (ByteBuffer bytes = next(); bytes != null; bytes = next()) {
        if (all.size() + bytes.remaining() > most) {
          throw new IOException("an answer of more than " + most + " bytes");
        }
        byte[] some = new byte[bytes.remaining()];
        bytes.get(some);
        all.writeBytes(some);
      }
      return all.toByteArray();
    }
  }

  @Override
  public void close() {
    if (isClosed) return;
    isClosed = true;
    var _ =
        subscribed.thenAccept(
            subscription -> {
              if (!ended) subscription.cancel();
            });
    closed.run();
  }
}
