package io.tarn.meta;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import io.tarn.store.PayloadIncoming;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Wanted;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One object of a store, read and written whole and on condition. Fails with [StoreFailure].
public record ImageObject(ObjectStore store, Bucket bucket, Key key) {
  private static final Conditions NOTHING_THERE =
      new Conditions(ETags.UNSAID, ETags.ANY, null, null);

  /// What is there, and what it is called.
  public record Found(byte[] bytes, ETag etag) {}

  /// Null where it is still `known`. Fails with [StoreFailure.NoSuchKey] where there is none, with
  /// [StoreFailure.Corrupt] where it is larger than `most`.
  public @Nullable Found load(@Nullable ETag known, long most) {
    ETags unless = known == null ? ETags.UNSAID : new ETags(false, List.of(known));
    var conditions = new Conditions(ETags.UNSAID, unless, null, null);
    var wanted = Wanted.of(new Span.Whole(), Set.of());
    var read = new Read(bucket, key, Version.LATEST, conditions, Permit.ANY, wanted);
    try (OpenObject open = store.open(read)) {
      long size = open.head().content().size();
      if (size > most) {
        throw new StoreFailure.Corrupt(
            "%s has %d bytes, which is too much".formatted(key, size), null);
      }
      return new Found(bytes(open.payload()), open.head().content().etag());
    } catch (StoreFailure.NotModified e) {
      return null;
    }
  }

  private static byte[] bytes(Payload payload) {
    var all = new ByteArrayOutputStream((int) payload.length());
    var in = new PayloadIncoming(payload, ChecksumAlgorithm.DEFAULT);
    for (ByteBuffer piece = in.next(); piece != null; piece = in.next()) {
      byte[] some = new byte[piece.remaining()];
      piece.get(some);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  /// Makes the object. Fails with [StoreFailure.ConditionFailed] where there is one.
  public ETag create(byte[] bytes) {
    return put(bytes, NOTHING_THERE);
  }

  /// Replaces what is called so. Fails with [StoreFailure.ConditionFailed] where that is another.
  public ETag replace(byte[] bytes, ETag known) {
    return put(bytes, new Conditions(new ETags(false, List.of(known)), ETags.UNSAID, null, null));
  }

  private ETag put(byte[] bytes, Conditions conditions) {
    Incoming body = new PayloadIncoming(new Payload.Bytes(bytes), ChecksumAlgorithm.DEFAULT);
    var put =
        new Put(bucket, key, bucket.owner(), Metadata.NONE, Tags.NONE, conditions, Acl.PRIVATE);
    return store.put(put, body).content().etag();
  }
}
