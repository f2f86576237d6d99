package io.tarn.meta;

import io.tarn.store.Bucket;
import io.tarn.store.Delete;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Tries out whether an origin decides the conditions of a write in one step with it, by writing:
/// one writer after another, and then many at once, of whom exactly one may win. An origin that
/// looks first and writes afterwards lets two of them win, sooner or later, and with that a change
/// of the metadata would be lost.
public final class ConditionalWrites {
  private static final int ROUNDS = 4;
  private static final int WRITERS = 8;
  private static final int LONGEST = 1024;

  private final ObjectStore store;
  private final Bucket bucket;
  private final String name;

  private ConditionalWrites(ObjectStore store, Bucket bucket, String prefix) {
    this.store = store;
    this.bucket = bucket;
    this.name = prefix + "probe-" + UUID.randomUUID();
  }

  /// Writes a few small objects below `prefix`, and takes them away again.
  ///
  /// @throws StoreFailure.Unavailable when it does not, or that cannot be found out; says which
  public static void require(ObjectStore store, Bucket bucket, String prefix) {
    new ConditionalWrites(store, bucket, prefix).examine();
  }

  private void examine() {
    List<Key> written = new ArrayList<>();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        var object = new ImageObject(store, bucket, new Key(name + "-" + round));
        written.add(object.key());
        examine(object);
      }
    } finally {
      written.forEach(this::remove);
    }
  }

  /// What is left of a probe is small, and nobody reads it.
  private void remove(Key key) {
    try {
      var _ = store.delete(new Delete(bucket, key));
    } catch (StoreFailure e) {
      return;
    }
  }

  private void examine(ImageObject object) {
    Race made = race(i -> object.create(body("made", i)));
    requireOne(made, "If-None-Match: *", "to make one object");
    requireRefused(() -> object.create(body("late", 0)), "If-None-Match: *", "over an object");
    ETag first = made.winner();
    requireBody(object, "made", made.index);
    Race replaced = race(i -> object.replace(body("replaced", i), first));
    requireOne(replaced, "If-Match", "to replace one object");
    requireRefused(() -> object.replace(body("late", 0), first), "If-Match", "with an old ETag");
    requireBody(object, "replaced", replaced.index);
    ImageObject.Found same = tried(() -> object.load(replaced.winner(), LONGEST));
    if (same != null) {
      throw unfit("a GET with If-None-Match of the very ETag is not answered with 304");
    }
  }

  private static byte[] body(String what, int writer) {
    return "%s by %d: tried by tarn\n".formatted(what, writer).getBytes(StandardCharsets.UTF_8);
  }

  private interface Write {
    ETag by(int writer);
  }

  /// How many of those who wrote at once succeeded, and the last of them.
  private record Race(int won, int index, List<ETag> tags) {
    ETag winner() {
      return tags.getFirst();
    }
  }

  private Race race(Write write) {
    int index = -1;
    List<ETag> won = new ArrayList<>();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ETag>> writing = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writing.add(writers.submit(() -> write.by(writer)));
      }
      for (int i = 0; i < WRITERS; i++) {
        try {
          won.add(writing.get(i).get());
          index = i;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case StoreFailure.ConditionFailed _, StoreFailure.Conflict _ -> {}
            case StoreFailure failure -> throw cannotTell(failure);
            case null, default -> throw new IllegalStateException(e.getCause());
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoreFailure.Unavailable("interrupted", e);
        }
      }
    }
    return new Race(won.size(), index, won);
  }

  private void requireOne(Race race, String condition, String what) {
    if (race.won == 1) return;
    throw unfit(
        "of %d writers with %s who tried at once %s, %s succeeded where exactly one may"
            .formatted(WRITERS, condition, what, race.won == 0 ? "none" : race.won));
  }

  private void requireRefused(Supplier<ETag> write, String condition, String what) {
    try {
      ETag _ = write.get();
    } catch (StoreFailure.ConditionFailed | StoreFailure.Conflict e) {
      return;
    } catch (StoreFailure e) {
      throw cannotTell(e);
    }
    throw unfit("a PUT with %s %s is not refused".formatted(condition, what));
  }

  private void requireBody(ImageObject object, String what, int writer) {
    ImageObject.Found found = tried(() -> object.load(null, LONGEST));
    boolean same = found != null && Arrays.equals(found.bytes(), body(what, writer));
    if (!same) throw unfit("a GET after a PUT does not give what the PUT wrote");
  }

  private <T> T tried(Supplier<T> call) {
    try {
      return call.get();
    } catch (StoreFailure e) {
      throw cannotTell(e);
    }
  }

  private StoreFailure unfit(String what) {
    return new StoreFailure.Unavailable(
        "the conditional writes of the origin of %s are not atomic: %s. Without them two servers would overwrite each other's changes, so the metadata cannot be kept there; keep it on a disk instead (without --stateless)"
            .formatted(bucket.name(), what),
        null);
  }

  private StoreFailure cannotTell(StoreFailure e) {
    return new StoreFailure.Unavailable(
        "whether the conditional writes of the origin of %s are atomic cannot be found out: %s"
            .formatted(bucket.name(), e.getMessage()),
        e);
  }
}
