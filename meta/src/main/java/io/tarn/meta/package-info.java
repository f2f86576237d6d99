/// The metadata store: one ordered map from bytes to bytes, changed only by guarded batches.
///
/// [io.tarn.meta.MetaStore] is the contract every engine keeps: a batch is applied whole or not at
/// all and is durable once its stage completes, a failed guard is an answer and not an exception, a
/// page comes out of one snapshot, and what cannot be read is an error and never "absent". Keys are
/// ordered as unsigned bytes, which is the order S3 lists in, and roll-up by delimiter is done
/// where the rows are, by seeking past a group.
///
/// [io.tarn.meta.RocksMetaStore] keeps the map in RocksDB on one node. Every engine is limited by
/// one durable flush per commit, so a single committer thread takes whatever is waiting, checks the
/// guards in order, writes one batch and syncs once. [io.tarn.meta.MemoryMetaStore] is the same
/// contract in a few lines: the model the engines are tested against.
@NullMarked
package io.tarn.meta;

import org.jspecify.annotations.NullMarked;
