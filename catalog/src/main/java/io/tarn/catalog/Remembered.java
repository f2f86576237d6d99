package io.tarn.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Answers of the catalog kept in memory, bounded in number and age. An answer counts only as long
/// as nothing changed since before it was read, so no reader sees what was before a change that has
/// returned, whichever of the two was first.
final class Remembered<K, V> {
  private record Answer<V>(@Nullable V value, long changes) {}

  private final Shelf shelf;
  private final Function<K, Optional<V>> reader;
  private final Cache<K, Answer<V>> answers;

  Remembered(Shelf shelf, CatalogSettings settings, Function<K, Optional<V>> reader) {
    this.shelf = shelf;
    this.reader = reader;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(settings.cacheEntries())
            .expireAfter(
                Expiry.<K, Answer<V>>writing(
                    (_, answer) ->
                        answer.value == null ? settings.unknownFor() : settings.cacheFor()))
            .build();
  }

  /// Blocks when the answer must be read.
  Optional<V> find(K key) {
    Answer<V> known = answers.getIfPresent(key);
    long changes = shelf.changes();
    if (known != null && known.changes == changes) return Optional.ofNullable(known.value);
    Optional<V> read = reader.apply(key);
    answers.put(key, new Answer<>(read.orElse(null), changes));
    return read;
  }
}
