package io.tarn.meta;

import io.tarn.observe.Fatal;
import io.tarn.store.ETag;
import io.tarn.store.StoreFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes commits by replacing the image of all rows, one group at a time: whatever came while the
/// last one was on its way is the next. Between them it looks for what others wrote.
///
/// A group is decided against the image that is known and written on condition that it still is the
/// one at the origin; if it is not, the new one is fetched and all guards are decided anew. A group
/// that changes nothing is answered once the origin said that nothing changed, for a guard may have
/// failed by what is old. When nobody knows whether a write happened, the object is read back: an
/// image says which commits led to it. If it is still the one before, the same is written again,
/// and of the two at most one can find its condition to hold.
final class ImageCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(ImageCommitter.class);
  private static final int GROUP = 1024;
  private static final long LONGEST_PAUSE_MILLIS = 200;
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ImageMetaStore store;
  private final ImageSettings settings;
  private final Ticker ticker;
  private final BlockingQueue<Request> queue;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Gate gate = new Gate();
  private final Thread thread;
  private volatile boolean stopping;
  private boolean failing;

  ImageCommitter(ImageMetaStore store, ImageSettings settings) {
    this.store = store;
    this.settings = settings;
    this.ticker = store.ticker();
    this.queue = new ArrayBlockingQueue<>(settings.queue());
    this.thread = Thread.ofPlatform().daemon().name("meta-image").start(this::run);
  }

  /// A batch, and what became of it.
  private static final class Request {
    final Batch batch;
    final CompletableFuture<CommitResult> answer = new CompletableFuture<>();

    // As it was decided last: one of the three.
    long sequence;
    CommitResult.@Nullable Rejected rejected;
    @Nullable MetaException failed;

    Request(Batch batch) {
      this.batch = batch;
    }

    boolean passed() {
      return rejected == null && failed == null;
    }
  }

  CompletableFuture<CommitResult> submit(Batch batch) {
    gate.enter();
    var request = new Request(batch);
    if (!queue.offer(request)) {
      gate.leave();
      throw new MetaException.Overloaded("too many metadata commits are waiting");
    }
    waiting.incrementAndGet();
    return request.answer;
  }

  int queued() {
    return waiting.get();
  }

  /// Lets what was accepted come to its end.
  void close() {
    gate.close();
    stopping = true;
    Uninterrupted.run(thread::join);
  }

  private void run() {
    var group = new ArrayList<Request>();
    while (!stopping) {
      try {
        gather(group);
        if (group.isEmpty()) {
          look();
        } else {
          commit(group);
        }
      } catch (RuntimeException | Error e) {
        LOG.error("the metadata committer failed", e);
        var why = new MetaException.Indeterminate("the committer failed: " + e, e);
        for (Request request : group) request.answer.completeExceptionally(why);
        store.feed().lose();
        Fatal.check(e);
      } finally {
        for (Request _ : group) {
          waiting.decrementAndGet();
          gate.leave();
        }
        group.clear();
      }
    }
  }

  /// Waits for work until it is time to look at the origin.
  private void gather(List<Request> group) {
    long due = store.known().heard() + settings.poll().toNanos() - ticker.nanos();
    long patience = failing ? settings.poll().toNanos() : due;
    try {
      Request first = queue.poll(Math.clamp(patience, 0, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS);
      if (first == null) return;
      group.add(first);
      queue.drainTo(group, GROUP - 1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts it
    }
  }

  /// Looks for what others wrote, if it is time.
  private void look() {
    if (ticker.nanos() - store.known().heard() < settings.poll().toNanos()) return;
    try {
      store.refresh();
      failing = false;
    } catch (StoreFailure | MetaException e) {
      if (!failing) LOG.warn("cannot look at the metadata at the origin: {}", e.getMessage());
      failing = true;
      pause(settings.poll().toMillis() / 2);
    }
  }

  private static void pause(long millis) {
    Uninterrupted.run(() -> Thread.sleep(millis));
  }

  /// A write that may have happened: of which generation, by which commit.
  private record Doubt(long generation, UUID commit) {}

  private void commit(List<Request> group) {
    long deadline = ticker.nanos() + settings.patience().toNanos();
    UUID commit = UUID.randomUUID();
    Doubt doubt = null;
    for (int attempt = 1; ; attempt++) {
      try {
        if (doubt != null) {
          store.refresh();
          switch (store.known().image().outcome(doubt.generation, doubt.commit)) {
            case HAPPENED -> {
              answer(group);
              return;
            }
            case UNKNOWN -> {
              refuse(group, uncertain("too many others were made since", null));
              return;
            }
            case DID_NOT -> {
              doubt = null;
              commit = UUID.randomUUID();
            }
            case OPEN -> {} // the same once more
          }
        }
        if (write(group, commit)) {
          answer(group);
          return;
        }
      } catch (StoreFailure.ConditionFailed | StoreFailure.Conflict e) {
        // Another image is there. If there was a doubt, it says whether that was ours.
        if (doubt == null) doubt = new Doubt(store.known().image().generation() + 1, commit);
      } catch (StoreFailure.Indeterminate e) {
        doubt = new Doubt(store.known().image().generation() + 1, commit);
        if (ticker.nanos() > deadline) {
          refuse(group, uncertain(String.valueOf(e.getMessage()), e));
          return;
        }
      } catch (StoreFailure | MetaException e) {
        if (doubt == null || ticker.nanos() > deadline) {
          refuse(group, doubt == null ? failure(e) : uncertain(String.valueOf(e.getMessage()), e));
          return;
        }
      }
      if (ticker.nanos() > deadline) {
        refuse(group, doubt == null ? busy() : uncertain("others change it all the time", null));
        return;
      }
      pause(ThreadLocalRandom.current().nextLong(1, Math.min(LONGEST_PAUSE_MILLIS, 5L * attempt)));
    }
  }

  /// Decides the group and writes what it comes to. False when the origin has something else than
  /// what it was decided by, and that is known now. Fails with [StoreFailure].
  private boolean write(List<Request> group, UUID commit) {
    ImageMetaStore.Known base = store.known();
    SortedRows rows = base.image().rows().copy();
    long sequence = decide(group, rows, base.image().sequence());
    if (sequence == base.image().sequence()) {
      store.refresh();
      return store.known().etag().equals(base.etag());
    }
    Image next = base.image().next(commit, sequence, rows);
    long now = ticker.nanos();
    ETag etag = store.object().replace(next.toBytes(), base.etag());
    store.know(new ImageMetaStore.Known(next, etag, now));
    return true;
  }

  /// In their order, each by what those before it left. Returns the sequence of the last one that
  /// changes something.
  private long decide(List<Request> group, SortedRows rows, long before) {
    long sequence = before;
    Set<Long> tokens = new HashSet<>();
    for (Entry row : rows.all()) tokens.add(row.version());
    for (Request request : group) {
      request.failed = null;
      request.rejected = rows.refusal(request.batch);
      if (request.rejected != null) continue;
      request.failed = unfit(request.batch, rows, tokens);
      if (request.failed != null) continue;
      rows.apply(request.batch);
      tokens.add(request.batch.token());
      if (!request.batch.ops().isEmpty()) sequence++;
      request.sequence = sequence;
    }
    return sequence;
  }

  /// Why it cannot be taken, though its guards hold: a token of another server's, or no room.
  private @Nullable MetaException unfit(Batch batch, SortedRows rows, Set<Long> tokens) {
    boolean puts = batch.ops().stream().anyMatch(op -> op instanceof Op.Put);
    if (puts && tokens.contains(batch.token())) {
      return new MetaException.Unavailable("another batch had the same token; try again", null);
    }
    long growth = rows.growth(batch);
    long free = settings.size().bytes() - rows.bytes();
    boolean fits =
        growth <= 0
            || switch (batch.need()) {
              case ROOM -> growth <= free;
              case END -> growth <= free + settings.size().bytes() / 16;
              case NOTHING -> true;
            };
    if (fits) return null;
    return new MetaException.Full(
        "the metadata at the origin has reached its bound of %s: delete what is not needed, or raise image.size on all servers"
            .formatted(settings.size()));
  }

  private void answer(List<Request> group) {
    failing = false;
    for (Request request : group) {
      if (request.passed() && !request.batch.ops().isEmpty()) {
        store.feed().publish(request.sequence, request.batch);
      }
    }
    for (Request request : group) {
      MetaException failed = request.failed;
      CommitResult.Rejected rejected = request.rejected;
      if (failed != null) {
        request.answer.completeExceptionally(failed);
      } else if (rejected != null) {
        request.answer.complete(rejected);
      } else {
        request.answer.complete(new CommitResult.Committed(request.sequence));
      }
    }
  }

  private static void refuse(List<Request> group, MetaException why) {
    for (Request request : group) request.answer.completeExceptionally(why);
  }

  private static MetaException uncertain(String why, @Nullable Throwable cause) {
    return new MetaException.Indeterminate("the commit may be lost: " + why, cause);
  }

  private static MetaException busy() {
    return new MetaException.Overloaded("other servers change the metadata all the time");
  }

  private static MetaException failure(RuntimeException e) {
    return switch (e) {
      case MetaException same -> same;
      case StoreFailure.Overloaded full -> new MetaException.Overloaded(text(full));
      case StoreFailure.OriginThrottled slow -> new MetaException.Overloaded(text(slow));
      default -> new MetaException.Unavailable("the commit was not made: " + text(e), e);
    };
  }

  private static String text(Throwable e) {
    return Optional.ofNullable(e.getMessage()).orElse(e.toString());
  }
}
