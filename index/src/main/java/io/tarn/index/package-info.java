/// The objects of own buckets. [io.tarn.index.IndexedStore] keeps the index as rows of a
/// [io.tarn.meta.MetaStore] and the bytes in [io.tarn.store.Blobs], small ones in rows too; the
/// order of the rows is the order of a listing. Start at `IndexKeys` for what rows there are, at
/// `Versions` for how a key changes, at `Pending` and `Reaper` for why no bytes are lost or left
/// behind.
///
/// Every change is one guarded batch, planned from what was read and planned anew when something
/// got in between (`Versions.Planner`). A body is durable before the batch that refers to it, the
/// batch that drops a reference says so in a garbage row, and what a crash interrupts is found in
/// rows, never by searching the disks.
@NullMarked
package io.tarn.index;

import org.jspecify.annotations.NullMarked;
