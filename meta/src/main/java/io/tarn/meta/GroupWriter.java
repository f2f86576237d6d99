package io.tarn.meta;

import java.util.Collection;
import java.util.Map;

/// What the group committer asks of an engine. Used by the committer's thread only.
interface GroupWriter {

  /// The rows under `keys`, each found, missing or unreadable; every key is answered.
  Map<MetaKey, Known> read(Collection<MetaKey> keys);

  void put(MetaKey key, byte[] value, long version);

  void delete(MetaKey key);

  void deleteRange(KeyRange range);

  /// Applies everything since the last flush in one atomic write and answers the sequence of its
  /// last change. Fails with [WriteFailed]; the pending changes are forgotten either way.
  long flush(boolean sync) throws WriteFailed;

  /// Forgets everything since the last flush.
  void forget();

  /// The sequence of the last change.
  long sequence();

  /// Makes durable what was flushed without sync.
  void sync() throws WriteFailed;

  /// Why a write failed. After anything but `full` the engine must not be written to again.
  final class WriteFailed extends Exception {
    private static final long serialVersionUID = 1L;
    final boolean full;

    WriteFailed(String message, boolean full, Throwable cause) {
      super(message, cause);
      this.full = full;
    }
  }
}
