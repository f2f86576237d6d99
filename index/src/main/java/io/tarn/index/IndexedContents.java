package io.tarn.index;

import io.tarn.meta.KeyRange;
import io.tarn.meta.Op;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketContents;
import io.tarn.rows.Plan;
import io.tarn.rows.RowCursor;
import io.tarn.store.Bucket;

/// What an index has of a bucket. Uploads go with the bucket: they are garbage from then on,
/// however many.
public final class IndexedContents implements BucketContents {
  private final BlockingRows rows;
  private final IndexBackends backends;

  public IndexedContents(IndexBackends backends) {
    this.rows = new BlockingRows(backends.meta());
    this.backends = backends;
  }

  @Override
  public boolean isEmpty(Bucket bucket) {
    return isEmpty(bucket, 'O') && isEmpty(bucket, 'V');
  }

  /// Nobody begins an upload in a bucket that is being deleted, so this look is the last there is
  /// to take.
  @Override
  public void discard(Plan plan, Bucket bucket) {
    if (isEmpty(bucket, 'U')) return;
    var grave = IndexKeys.garbage(backends.clock().millis(), plan.token(), 0);
    plan.op(new Op.Put(grave, new Garbage.Uploads(bucket.id()).toRow()));
  }

  private boolean isEmpty(Bucket bucket, char kind) {
    KeyRange range = KeyRange.ofPrefix(IndexKeys.inBucket(kind, bucket.id(), new byte[0]));
    return new RowCursor(rows, Scan.of(range, 1).keysOnly()).peek() == null;
  }
}
