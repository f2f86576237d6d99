package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectPage.ListedObject;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Fetches what is missing of the objects below a prefix, some of them at a time. It goes in steps,
/// each of which is a page of the origin's listing at most, and ends soon after its time is over.
/// Nothing is kept between steps: what is here already costs no request, so one that was cut off is
/// gone on with by asking for it again.
public final class Warming {
  private static final int PAGE = 1000;
  private static final int LOOKS = 8;
  private static final int MOST_TOLD = 20;

  private final ObjectStore origin;
  private final Lookups lookups;
  private final Fills fills;

  Warming(ObjectStore origin, Lookups lookups, Fills fills) {
    this.origin = origin;
    this.lookups = lookups;
    this.fills = fills;
  }

  /// What to warm.
  ///
  /// - `after`: only what comes behind this key; empty for all
  /// - `atOnce`: so many objects
  /// - `time`: no further block is begun after it
  public record Work(String prefix, String after, int atOnce, Duration time) {}

  /// How far a step came.
  ///
  /// - `after`: the last key that is done with
  /// - `done`: nothing comes behind it
  /// - `crowded`: the cache had no room, or was not to be written to
  public record Step(String after, boolean done, boolean crowded, Sum sum, List<Failed> failed) {
    public Step {
      failed = List.copyOf(failed);
    }
  }

  /// So many objects and their bytes; `fetched` of these were not here. Of `failures` only the
  /// first are told.
  public record Sum(long objects, long bytes, long fetched, long failures) {}

  /// An object that could not be had.
  public record Failed(String key, String problem) {}

  /// What became of a block: it is here; there is no room for it; or the object is another by now.
  private enum End {
    HERE,
    CROWDED,
    CHANGED
  }

  /// How far one object came.
  private record Outcome(boolean over, boolean crowded, long fetched, @Nullable StoreFailure why) {
    static final Outcome UNTOUCHED = new Outcome(false, false, 0, null);
  }

  Step step(Bucket bucket, CachePolicy policy, Work work) {
    ListFrom from = work.after.isEmpty() ? ListFrom.START : new ListFrom.After(work.after);
    ObjectPage page = origin.list(new ListObjects(bucket, work.prefix, "", from, PAGE));
    List<ListedObject> objects =
        page.items().stream()
            .filter(ListedObject.class::isInstance)
            .map(ListedObject.class::cast)
            .toList();
    return sum(objects, carriedOut(bucket, policy, objects, work), work, page.next() == null);
  }

  private List<Outcome> carriedOut(
      Bucket bucket, CachePolicy policy, List<ListedObject> objects, Work work) {
    long until = System.nanoTime() + work.time.toNanos();
    var places = new Semaphore(work.atOnce);
    List<Future<Outcome>> tasks = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ListedObject object : objects) {
        places.acquireUninterruptibly();
        if (isOver(until)) break;
        tasks.add(
            threads.submit(
                () -> {
                  try {
                    return new One(bucket, policy, object, until).fetch();
                  } finally {
                    places.release();
                  }
                }));
      }
    }
    return tasks.stream().map(Warming::outcome).toList();
  }

  private static Outcome outcome(Future<Outcome> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("warming an object met a bug", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.UNTOUCHED;
    }
  }

  private static boolean isOver(long until) {
    return System.nanoTime() - until > 0;
  }

  /// Objects count up to the first that is not done with: the next step begins there.
  private static Step sum(
      List<ListedObject> objects, List<Outcome> outcomes, Work work, boolean isEnd) {
    long fetched = outcomes.stream().mapToLong(Outcome::fetched).sum();
    boolean crowded = outcomes.stream().anyMatch(Outcome::crowded);
    String after = work.after;
    long bytes = 0;
    int count = 0;
    long failures = 0;
    var failed = new ArrayList<Failed>();
    for (Outcome outcome : outcomes) {
      if (!outcome.over) break;
      ListedObject object = objects.get(count++);
      after = object.key().text();
      if (outcome.why == null) {
        bytes += object.content().size();
      } else {
        failures++;
        if (failed.size() < MOST_TOLD) failed.add(new Failed(after, problem(outcome.why)));
      }
    }
    boolean all = count == objects.size();
    StoreFailure why = all ? null : count < outcomes.size() ? outcomes.get(count).why : null;
    if (why != null && count == 0 && fetched == 0) throw why;
    return new Step(after, all && isEnd, crowded, new Sum(count, bytes, fetched, failures), failed);
  }

  private static String problem(StoreFailure why) {
    return String.valueOf(why.getMessage());
  }

  /// One object that is being fetched.
  private final class One {
    private final Bucket bucket;
    private final CachePolicy policy;
    private final ListedObject listed;
    private final long until;
    private final BitSet missing = new BitSet(); // before it was begun
    private long fetched;
    private @Nullable Fill joined;

    One(Bucket bucket, CachePolicy policy, ListedObject listed, long until) {
      this.bucket = bucket;
      this.policy = policy;
      this.listed = listed;
      this.until = until;
    }

    Outcome fetch() {
      try {
        if (isHere()) return new Outcome(true, false, 0, null);
        return fetchMissing();
      } catch (StoreFailure e) {
        if (Lookups.isAbsence(e)) return new Outcome(true, false, fetched, null);
        return new Outcome(!Lookups.isOutage(e), false, fetched, e);
      } finally {
        leave();
      }
    }

    /// By what the listing says. It names no version, so of an origin that keeps versions each
    /// object is asked for.
    private boolean isHere() {
      long size = listed.content().size();
      if (size == 0) return true;
      Key key = listed.key();
      var identity = Identity.of(bucket, key, Version.NULL, listed.content().etag(), size);
      for (int number = 0; number <= fills.blocks().last(size); number++) {
        if (!fills.store().has(identity.block(number))) return false;
      }
      return true;
    }

    private Outcome fetchMissing() {
      var read = new Read(bucket, listed.key());
      try (Found found = lookups.find(read, policy, true)) {
        return fetchMissing(PinnedObject.of(origin, read, found.known()), found);
      }
    }

    private Outcome fetchMissing(PinnedObject object, Found found) {
      if (object.size() == 0) return new Outcome(true, false, 0, null);
      note(object);
      OpenObject opened = found.cold() == null ? null : found.cold().take();
      int last = fills.blocks().last(object.size());
      if (opened != null) join(fills.start(object, 0, last, opened), true);
      found.close(); // others go on with it
      for (int number = 0; number <= last; number++) {
        if (isOver(until)) return new Outcome(false, false, fetched, null);
        End end = await(object, number, last);
        if (end != End.HERE) return new Outcome(true, end == End.CROWDED, fetched, null);
      }
      return new Outcome(true, false, fetched, null);
    }

    private void note(PinnedObject object) {
      for (int number = 0; number <= fills.blocks().last(object.size()); number++) {
        if (!fills.store().has(object.identity().block(number))) missing.set(number);
      }
    }

    private End await(PinnedObject object, int number, int last) {
      for (int look = 0; look < LOOKS; look++) {
        if (fills.store().has(object.identity().block(number))) break;
        Filling filling = fills.find(object.identity().block(number));
        boolean own = filling == null;
        if (filling == null) filling = fills.start(object, number, last, null);
        if (filling == null) continue;
        join(filling, own);
        filling.fill().reach(number);
        Filling.Ending ended = filling.await(filling.length() - 1, fills.patience()).ended();
        if (ended == null || ended instanceof Filling.Whole) break; // or is about to be here
        if (ended instanceof Filling.Crowded) return End.CROWDED;
        if (ended instanceof Filling.Failed(var why)) {
          if (!PinnedObject.isChange(why)) throw why;
          return End.CHANGED;
        }
      }
      if (missing.get(number)) fetched += fills.blocks().length(number, object.size());
      return End.HERE;
    }

    /// - `own`: it was begun for this reader
    private void join(@Nullable Filling filling, boolean own) {
      if (filling == null || filling.fill() == joined) return;
      leave();
      if (!own) filling.fill().join();
      joined = filling.fill();
    }

    private void leave() {
      Fill before = joined;
      joined = null;
      if (before != null) before.leave();
    }
  }
}
