/// MetaStore: ordered guarded key-value with group commit; embedded RocksDB and the in-memory
/// model.
@NullMarked
package io.tarn.meta;

import org.jspecify.annotations.NullMarked;
