package io.tarn.meta;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Values made of rows, kept in memory: bounded in weight and age, and never from before a change
/// that this cache was told of ([#forget], [#forgetAll]) before it was asked.
///
/// A value that was read while anything changed is answered, but not kept: it may be from before
/// the change, and come here after it. So there is no order between readers and writers to keep,
/// but one rule: a writer tells the cache after its commit, whatever came of it.
///
/// To find a value takes no lock and makes nothing. Thread-safe.
public final class RowCache<K, V> {
  private final Cache<K, Kept<V>> values;
  private final Function<V, Duration> age;
  // How many changes it was told of. A value has the number from when it began to be read.
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong floor = new AtomicLong();

  private record Kept<V>(V value, long changes) {}

  /// - `weight`: of all values together
  /// - `weigher`: says what one weighs, at least 1
  /// - `age`: how long one may be kept; zero: not at all
  public record Bounds<V>(long weight, ToIntFunction<V> weigher, Function<V, Duration> age) {
    /// So many values, each for so long.
    public static <V> Bounds<V> of(int most, Duration age) {
      return new Bounds<>(most, _ -> 1, _ -> age);
    }
  }

  /// `nanos` is a clock in nanoseconds that never goes back.
  public RowCache(Bounds<V> bounds, LongSupplier nanos) {
    age = bounds.age;
    values =
        Caffeine.newBuilder()
            .maximumWeight(bounds.weight)
            .weigher((K _, Kept<V> kept) -> bounds.weigher.applyAsInt(kept.value))
            .expireAfter(Expiry.<K, Kept<V>>writing((_, kept) -> age.apply(kept.value)))
            .ticker(nanos::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /// The value if it is here.
  public @Nullable V get(K key) {
    Kept<V> kept = values.getIfPresent(key);
    return kept != null && kept.changes >= floor.get() ? kept.value : null;
  }

  /// Reads the value and keeps it if nothing changed meanwhile. Fails as `reader` does.
  public V read(K key, Supplier<V> reader) {
    long before = changes.get();
    V value = reader.get();
    if (changes.get() == before && age.apply(value).isPositive()) {
      // Of this key, forgetting and keeping exclude each other.
      values
          .asMap()
          .compute(key, (_, other) -> changes.get() == before ? kept(value, before) : other);
    }
    return value;
  }

  private static <V> Kept<V> kept(V value, long changes) {
    return new Kept<>(value, changes);
  }

  /// What this was made of may have changed.
  public void forget(K key) {
    values
        .asMap()
        .compute(
            key,
            (_, _) -> {
              changes.incrementAndGet();
              return null;
            });
  }

  /// Anything may have changed.
  public void forgetAll() {
    floor.accumulateAndGet(changes.incrementAndGet(), Math::max);
  }
}
