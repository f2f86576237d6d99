package io.tarn.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tarn.store.Bucket;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the origin said of objects, without their bytes, and who is asking it at the moment. In
/// memory only, within a bound: a restart forgets it.
///
/// A write forgets what is remembered of its key, and overtakes whoever is asking: what they learn
/// may be of before the write, so it is not remembered, and nobody waits for it who came after.
final class Heads {
  /// How long a write that may yet happen is reckoned with.
  static final Duration UNSETTLED = Duration.ofMinutes(15);

  private static final int VERSIONS = 4;
  private static final int ENTRY_BYTES = 400;
  private static final long MOST_UNSETTLED = 100_000;

  private final Cache<Name, Map<Version, Entry>> known;
  private final Cache<Name, Instant> unsettled;
  private final Map<Name, List<Lookup>> underway = new ConcurrentHashMap<>();

  Heads(long bytes) {
    known =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .<Name, Map<Version, Entry>>weigher((name, entries) -> weight(name, entries))
            .build();
    unsettled =
        Caffeine.newBuilder().maximumSize(MOST_UNSETTLED).expireAfterWrite(UNSETTLED).build();
  }

  /// A key in one incarnation of a bucket.
  record Name(long bucket, Key key) {
    static Name of(Bucket bucket, Key key) {
      return new Name(bucket.id(), key);
    }
  }

  /// What was said of a version, and when it was asked: it was so at some time after that.
  sealed interface Entry {
    Instant asked();
  }

  /// It is there; `told` has what was asked for beside what every answer has.
  record Known(ObjectHead head, Identity identity, Set<Fact> told, Instant asked) implements Entry {
    Known {
      told = Set.copyOf(told);
    }
  }

  /// It is not there.
  record Absent(StoreFailure how, Instant asked) implements Entry {}

  /// Something is known of its bytes, which may be here, but not of it.
  record Hinted(Instant asked) implements Entry {}

  private static int weight(Name name, Map<Version, Entry> entries) {
    int bytes = 2 * name.key().text().length();
    for (Entry entry : entries.values()) bytes += weight(entry);
    return bytes;
  }

  private static int weight(Entry entry) {
    if (!(entry instanceof Known(var head, _, _, _))) return ENTRY_BYTES;
    int texts = 0;
    for (Map<String, String> map : List.of(head.metadata().system(), head.metadata().user())) {
      for (Map.Entry<String, String> each : map.entrySet()) {
        texts += 64 + each.getKey().length() + each.getValue().length();
      }
    }
    return 3 * ENTRY_BYTES + texts;
  }

  /// One who asks the origin. Those who follow wait for what it learns.
  final class Lookup implements AutoCloseable {
    private final Name name;
    private final Version version;
    private final boolean shared;
    private final Instant began;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable StoreFailure failure;
    private boolean overtaken; // in the map's hands

    private Lookup(Name name, Version version, boolean shared, Instant began) {
      this.name = name;
      this.version = version;
      this.shared = shared;
      this.began = began;
    }

    Instant began() {
      return began;
    }

    /// Remembers it, unless a write came in between.
    void remember(Entry entry) {
      underway.computeIfPresent(
          name,
          (_, all) -> {
            if (!overtaken) put(name, version, entry);
            return all;
          });
    }

    /// What those who follow are told.
    void fail(StoreFailure why) {
      failure = why;
    }

    @Override
    public void close() {
      underway.computeIfPresent(
          name,
          (_, all) -> {
            overtaken = true; // by anybody, from now on
            return without(all, this);
          });
      done.countDown();
    }

    /// Waits until it is over; fails as it did.
    void await(Duration patience) {
      try {
        if (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new StoreFailure.Unavailable(
              "the origin did not answer for %d seconds".formatted(patience.toSeconds()), null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreFailure.Unavailable("the reader is being stopped", e);
      }
      StoreFailure why = failure;
      if (why != null) throw why;
    }
  }

  private static @Nullable List<Lookup> without(List<Lookup> all, Lookup one) {
    if (all.size() == 1 && all.contains(one)) return null;
    List<Lookup> rest = new ArrayList<>(all);
    rest.remove(one);
    return rest;
  }

  private void put(Name name, Version version, Entry entry) {
    Map<Version, Entry> before = known.getIfPresent(name);
    Map<Version, Entry> after = new HashMap<>(VERSIONS);
    if (before != null && before.size() < VERSIONS) after.putAll(before);
    after.put(version, entry);
    known.put(name, after);
  }

  @Nullable Entry find(Name name, Version version) {
    Map<Version, Entry> entries = known.getIfPresent(name);
    return entries == null ? null : entries.get(version);
  }

  /// Begins to ask; or, where `shared` and somebody else does, follows. Whoever begins closes it.
  Joined join(Name name, Version version, boolean shared, Instant began) {
    var mine = new Lookup(name, version, shared, began);
    var taken = new Lookup[] {mine};
    underway.compute(
        name,
        (_, all) -> {
          if (shared && all != null) {
            for (Lookup each : all) {
              if (each.shared && each.version.equals(version)) {
                taken[0] = each;
                return all;
              }
            }
          }
          List<Lookup> more = all == null ? new ArrayList<>(1) : new ArrayList<>(all);
          more.add(mine);
          return more;
        });
    return new Joined(taken[0], taken[0] == mine);
  }

  /// A lookup, and whether it is the caller's own.
  record Joined(Lookup lookup, boolean own) {}

  /// Forgets all of a key.
  void forget(Name name) {
    underway.compute(
        name,
        (_, all) -> {
          if (all != null) {
            for (Lookup each : all) each.overtaken = true;
          }
          known.invalidate(name);
          return null;
        });
  }

  /// Forgets all keys of an incarnation of a bucket that begin so.
  void forget(long bucket, String prefix) {
    for (Name name : known.asMap().keySet()) {
      if (name.bucket() == bucket && name.key().text().startsWith(prefix)) forget(name);
    }
  }

  /// Remembers that blocks of it may be here: it is worth asking before its bytes are asked for.
  void hint(Name name, Instant now) {
    underway.compute(
        name,
        (_, all) -> {
          if (known.getIfPresent(name) == null) put(name, Version.LATEST, new Hinted(now));
          return all;
        });
  }

  /// A write of it may yet happen: for a while nothing of it is taken for settled.
  void doubt(Name name, Instant now) {
    unsettled.put(name, now);
  }

  boolean isSettled(Name name) {
    return unsettled.getIfPresent(name) == null;
  }
}
