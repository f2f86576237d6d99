package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.Version;
import io.tarn.store.Written;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What blocks are of: one state of one object in one incarnation of a bucket. The bytes behind it
/// never change, so its blocks are never stale; at worst nobody asks for them any more.
final class Identity {
  /// Longest [#label]: a key of 1024 characters, and as much for version and ETag.
  static final int LONGEST_LABEL = 28 + 3 * 3 * 1024;

  private final byte[] label;
  private final long bucket;
  private final long high;
  private final long low;
  private final long size;

  private Identity(byte[] label, long bucket, long size) {
    this.label = label;
    this.bucket = bucket;
    this.size = size;
    ByteBuffer hash = ByteBuffer.wrap(sha256(label));
    this.high = hash.getLong();
    this.low = hash.getLong();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  static Identity of(Bucket bucket, ObjectHead head) {
    return of(bucket, head.key(), head.version(), head.content().etag(), head.content().size());
  }

  static Identity of(Bucket bucket, Written written) {
    Content content = written.content();
    return of(bucket, written.key(), written.version(), content.etag(), content.size());
  }

  /// The size is part of it, in case an ETag is not of the bytes alone.
  static Identity of(Bucket bucket, Key key, Version version, ETag etag, long size) {
    var bytes = new ByteArrayOutputStream(64 + key.text().length());
    try (var out = new DataOutputStream(bytes)) {
      out.writeLong(bucket.id());
      out.writeLong(size);
      for (String text : new String[] {key.text(), version.text(), etag.text()}) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(encoded.length);
        out.write(encoded);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return new Identity(bytes.toByteArray(), bucket.id(), size);
  }

  BlockId block(int number) {
    return new BlockId(bucket, high, low, number);
  }

  /// The size of the object.
  long size() {
    return size;
  }

  /// The key in a [#label].
  static String keyIn(byte[] label) {
    ByteBuffer in = ByteBuffer.wrap(label).position(2 * Long.BYTES);
    byte[] key = new byte[in.getInt()];
    in.get(key);
    return new String(key, StandardCharsets.UTF_8);
  }

  /// All of it, for the file of a block to say what it is of.
  byte[] label() {
    return label.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(low);
  }
}
