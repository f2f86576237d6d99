package io.tarn.catalog;

import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.store.BucketName;
import io.tarn.store.DocumentKind;
import io.tarn.store.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// The keys of the rows of buckets:
///
/// | row | key | holds |
/// | --- | --- | --- |
/// | bucket | `B` name | [BucketRow] |
/// | holding | `H` length(2) owner name | [Holdings]; each bucket of an owner |
/// | document | `S` bucket(8) kind(1) | [BucketDocuments]; text of a bucket's document |
final class BucketKeys {
  static final KeyRange BUCKETS = KeyRange.ofPrefix(MetaKey.of("B"));
  static final KeyRange HOLDINGS = KeyRange.ofPrefix(MetaKey.of("H"));
  static final KeyRange DOCUMENTS = KeyRange.ofPrefix(MetaKey.of("S"));

  private static final int DOCUMENT_PREFIX = 9;

  private BucketKeys() {}

  static MetaKey bucket(BucketName name) {
    return MetaKey.of("B" + name.text());
  }

  static boolean isBucket(MetaKey key) {
    return key.bytes()[0] == 'B';
  }

  /// The name at the end of the key of a `B` or `H` row.
  static BucketName bucketName(MetaKey key, int start) {
    byte[] name = Arrays.copyOfRange(key.bytes(), start, key.bytes().length);
    return new BucketName(new String(name, StandardCharsets.ISO_8859_1));
  }

  /// Also the beginning of the rows of all buckets whose names start with `name`.
  static MetaKey holding(TenantId owner, String name) {
    byte[] who = owner.text().getBytes(StandardCharsets.UTF_8);
    byte[] what = name.getBytes(StandardCharsets.UTF_8);
    return new MetaKey(
        ByteBuffer.allocate(3 + who.length + what.length)
            .put((byte) 'H')
            .putShort((short) who.length)
            .put(who)
            .put(what)
            .array());
  }

  static MetaKey document(long bucket, DocumentKind kind) {
    return new MetaKey(
        ByteBuffer.allocate(DOCUMENT_PREFIX + 1)
            .put((byte) 'S')
            .putLong(bucket)
            .put((byte) BucketCodes.of(kind))
            .array());
  }

  /// The kind of a document; nothing if it has none that is known.
  static Optional<DocumentKind> documentKind(MetaKey key) {
    return isNamedDocument(key)
        ? Optional.empty()
        : BucketCodes.documentKind(key.bytes()[DOCUMENT_PREFIX] & 0xFF);
  }

  /// Whether it is of a document with a name in place of the code, as format 1 has it. No name is
  /// of one letter.
  static boolean isNamedDocument(MetaKey key) {
    return key.bytes().length != DOCUMENT_PREFIX + 1;
  }

  static String documentName(MetaKey key) {
    byte[] name = Arrays.copyOfRange(key.bytes(), DOCUMENT_PREFIX, key.bytes().length);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /// The incarnation in the key of a document.
  static long bucketId(MetaKey key) {
    return ByteBuffer.wrap(key.bytes()).getLong(1);
  }
}
