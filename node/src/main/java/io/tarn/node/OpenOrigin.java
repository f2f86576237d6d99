package io.tarn.node;

import io.tarn.cache.NearCache;
import io.tarn.cache.WriteBack;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.tree.DirectoryOrigin;
import io.tarn.upstream.OriginCredentials;
import io.tarn.upstream.OriginProbe;
import io.tarn.upstream.S3Origin;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An origin that is in use, and what stands before it.
sealed interface OpenOrigin extends AutoCloseable {
  /// The origin itself.
  ObjectStore far();

  /// What stands before it; null where nothing does.
  @Nullable NearCache cache();

  /// What takes writes before both; null where nothing is kept.
  @Nullable WriteBack front();

  /// What requests go to.
  default ObjectStore foremost() {
    WriteBack front = front();
    NearCache cache = cache();
    if (front != null) return front;
    return cache == null ? far() : cache;
  }

  /// What a bucket is called there that is not said otherwise.
  String usualBucket(BucketName bucket);

  /// Tries out what can be done with a bucket there, whose home says that it can do everything.
  ///
  /// @throws StoreFailure.Unavailable when it could not be used
  Set<Capability> examine(Bucket bucket);

  @Override
  void close();

  /// A bucket of a server that speaks S3. `credentials`: what requests to it are signed with.
  record OfS3(
      S3Origin far,
      @Nullable NearCache cache,
      @Nullable WriteBack front,
      OriginCredentials credentials)
      implements OpenOrigin {
    @Override
    public String usualBucket(BucketName bucket) {
      return bucket.text();
    }

    @Override
    public Set<Capability> examine(Bucket bucket) {
      return OriginProbe.examine(far, bucket);
    }

    @Override
    public void close() {
      if (front != null) front.close();
      far.close();
    }
  }

  /// A directory tree.
  record OfTree(DirectoryOrigin far, @Nullable NearCache cache, @Nullable WriteBack front)
      implements OpenOrigin {
    @Override
    public String usualBucket(BucketName bucket) {
      return ".";
    }

    /// What it can do is known; whether it is there is not.
    @Override
    public Set<Capability> examine(Bucket bucket) {
      ObjectPage _ = far.list(new ListObjects(bucket, "", "", ListFrom.START, 1));
      return DirectoryOrigin.CAPABILITIES;
    }

    @Override
    public void close() {
      if (front != null) front.close();
      far.close();
    }
  }
}
