/// The words everyone speaks, and the waist of the program: what is a bucket, a key, a version, a
/// payload, and what an [io.tarn.store.ObjectStore] promises about them. Nothing here knows HTTP,
/// XML, files or databases.
///
/// Above the waist stand the front ends, below it the stores; a decorator (cache, namespace,
/// replication) is an `ObjectStore` over another. Answers are values; what cannot be answered is a
/// [io.tarn.store.StoreFailure], whose kind says what the caller should do next.
@NullMarked
package io.tarn.store;

import org.jspecify.annotations.NullMarked;
