package io.tarn.files;

import io.tarn.store.Bucket;
import io.tarn.store.ObjectStore;
import java.util.function.Supplier;

/// Where files of level 1 and 2 are beside this node: a bucket of another store.
///
/// - `name`: for people
/// - `store`: has the bucket
/// - `bucket`: which one, and what can be done with it there; found out when it is first asked, so
///   that an origin that is away keeps no node from starting. Fails with
///   [io.tarn.store.StoreFailure]
public record FilesOrigin(String name, ObjectStore store, Supplier<Bucket> bucket) {}
