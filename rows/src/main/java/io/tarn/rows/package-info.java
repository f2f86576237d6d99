/// Rows of a [io.tarn.meta.MetaStore] as `catalog` and `index` keep theirs: blocking and failing in
/// the words of the waist ([io.tarn.rows.BlockingRows]), batches in the making
/// ([io.tarn.rows.Plan]), cursors, and the fields of a row.
///
/// And how the two meet that know nothing of each other: `catalog` keeps the buckets and says of
/// each how it is ([io.tarn.rows.BucketStates]); whoever keeps objects says what is left in one
/// ([io.tarn.rows.BucketContents]).
@NullMarked
package io.tarn.rows;

import org.jspecify.annotations.NullMarked;
