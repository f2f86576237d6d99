package io.tarn.index;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A bounded memory of what was read, exact in the face of changes: a value is only kept when
/// nothing was forgotten since before it was read. When it is full, it starts anew.
final class Remembered<K, V> {
  private final int capacity;
  private final ConcurrentHashMap<K, V> values = new ConcurrentHashMap<>();
  private final AtomicLong forgotten = new AtomicLong();

  Remembered(int capacity) {
    this.capacity = capacity;
  }

  @Nullable V get(K key) {
    return values.get(key);
  }

  /// To be taken before reading what is then [#put].
  long stamp() {
    return forgotten.get();
  }

  void put(K key, V value, long stamp) {
    if (values.size() >= capacity) values.clear();
    values.compute(
        key, (_, older) -> forgotten.get() == stamp ? value : older); // against forget of this key
  }

  /// To be called when a change of the key may have been made.
  void forget(K key) {
    values.compute(
        key,
        (_, _) -> {
          forgotten.incrementAndGet();
          return null;
        });
  }

  void forgetAll() {
    forgotten.incrementAndGet();
    values.clear();
  }
}
