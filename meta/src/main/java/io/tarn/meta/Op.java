package io.tarn.meta;

import org.jspecify.annotations.Nullable;

/// One change of a batch. Changes apply in order, each to what the ones before it left.
///
/// `moveOldTo` names a key under which the old value, if there was one, is put in the same batch:
/// an overwrite without a read that still does not lose what the old value pointed to.
public sealed interface Op {

  record Put(MetaKey key, byte[] value, @Nullable MetaKey moveOldTo) implements Op {
    public Put(MetaKey key, byte[] value) {
      this(key, value, null);
    }
  }

  /// Deleting what is not there is no error.
  record Delete(MetaKey key, @Nullable MetaKey moveOldTo) implements Op {
    public Delete(MetaKey key) {
      this(key, null);
    }
  }

  /// For rows that only ever vanish together, such as the parts of an upload; use it sparingly,
  /// each one costs later reads a little until it is compacted away.
  record DeleteRange(KeyRange range) implements Op {}
}
