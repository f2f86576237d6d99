package io.tarn.index;

import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.store.BlobId;
import io.tarn.store.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Where the rows are. One flat key space; the first byte is the kind of record, integers are big
/// endian.
///
/// | row | key | holds |
/// | --- | --- | --- |
/// | current object | `O` bucket(8) key | [ObjectRow]; only while the newest version is an object |
/// | version | `V` bucket(8) esc(key) ~token(8) | [ObjectRow]; once versioning was on |
/// | latest | `L` bucket(8) key | [LatestRow], for each key with version rows |
/// | upload | `U` bucket(8) esc(key) token(8) | [UploadRow] |
/// | part | `P` upload token(8) number(2) | [Section] |
/// | manifest | `M` version token(8) chunk(2) | sections of a large object |
/// | inline bytes | `D` version token(8) | the bytes of a small object |
/// | garbage | `G` due(8) token(8) sequence(1) | what was discarded there, see [Reaper] |
/// | lease | `E` node(2) | up to where a node gave out tokens, see [TokenLease] |
/// | pending | `W` node(2) blob(26) | a blob that no row refers to yet |
/// | reaper | `R` | which node collects the garbage of all, see [ReaperLease] |
///
/// `esc` writes a zero byte as `00 FF` and ends with `00 01`: it keeps the order of keys, and no
/// escaped key is the beginning of another. Keys that end a row key need no escape.
final class IndexKeys {
  static final MetaKey REAPER = new MetaKey(new byte[] {'R'});

  private static final int PREFIX = 9;

  /// Of the garbage of one batch.
  static final int LAST_SEQUENCE = 255;

  private IndexKeys() {}

  static MetaKey current(long bucket, Key key) {
    return inBucket('O', bucket, key.utf8());
  }

  static MetaKey latest(long bucket, Key key) {
    return inBucket('L', bucket, key.utf8());
  }

  static MetaKey version(long bucket, Key key, long token) {
    return version(bucket, key.utf8(), token);
  }

  static MetaKey version(long bucket, byte[] utf8, long token) {
    return new MetaKey(escaped('V', bucket, utf8, ~token & Long.MAX_VALUE));
  }

  static MetaKey upload(long bucket, Key key, long token) {
    return new MetaKey(escaped('U', bucket, key.utf8(), token));
  }

  static MetaKey part(long upload, int number) {
    return numbered('P', upload, number);
  }

  static MetaKey manifest(long version, int chunk) {
    return numbered('M', version, chunk);
  }

  static MetaKey inline(long version) {
    byte[] bytes = new byte[9];
    bytes[0] = 'D';
    putLong(bytes, 1, version);
    return new MetaKey(bytes);
  }

  static MetaKey garbage(long due, long token, int sequence) {
    if (sequence > LAST_SEQUENCE) {
      throw new IllegalArgumentException(
          "a batch leaves more garbage than its keys can tell apart");
    }
    byte[] bytes = new byte[18];
    bytes[0] = 'G';
    putLong(bytes, 1, due);
    putLong(bytes, 9, token);
    bytes[17] = (byte) sequence;
    return new MetaKey(bytes);
  }

  /// When garbage is due.
  static long due(MetaKey garbage) {
    return ByteBuffer.wrap(garbage.bytes()).getLong(1);
  }

  /// The token of the batch that left it.
  static long discardedBy(MetaKey garbage) {
    return ByteBuffer.wrap(garbage.bytes()).getLong(9);
  }

  /// The same garbage, due at another time.
  static MetaKey postponed(MetaKey garbage, long due) {
    byte[] bytes = garbage.bytes().clone();
    putLong(bytes, 1, due);
    return new MetaKey(bytes);
  }

  static MetaKey pending(int node, BlobId blob) {
    byte[] name = blob.text().getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = new byte[3 + name.length];
    bytes[0] = 'W';
    bytes[1] = (byte) (node >>> 8);
    bytes[2] = (byte) node;
    System.arraycopy(name, 0, bytes, 3, name.length);
    return new MetaKey(bytes);
  }

  static MetaKey lease(int node) {
    return new MetaKey(new byte[] {'E', (byte) (node >>> 8), (byte) node});
  }

  static KeyRange pending(int node) {
    return KeyRange.ofPrefix(new MetaKey(new byte[] {'W', (byte) (node >>> 8), (byte) node}));
  }

  static KeyRange all(char kind) {
    return new KeyRange(
        new MetaKey(new byte[] {(byte) kind}), new MetaKey(new byte[] {(byte) (kind + 1)}));
  }

  static BlobId pendingBlob(MetaKey key) {
    return new BlobId(
        new String(key.bytes(), 3, key.bytes().length - 3, StandardCharsets.ISO_8859_1));
  }

  /// All rows of `kind` under a version or upload token.
  static KeyRange under(char kind, long token) {
    byte[] bytes = new byte[PREFIX];
    bytes[0] = (byte) kind;
    putLong(bytes, 1, token);
    return KeyRange.ofPrefix(new MetaKey(bytes));
  }

  static int number(MetaKey key) {
    byte[] bytes = key.bytes();
    return (bytes[PREFIX] & 0xFF) << 8 | (bytes[PREFIX + 1] & 0xFF);
  }

  /// `kind` bucket(8) and then raw bytes, unescaped.
  static MetaKey inBucket(char kind, long bucket, byte[] utf8) {
    return new MetaKey(join(kind, bucket, utf8, utf8.length));
  }

  /// `kind` bucket(8) esc(utf8) without the end mark: where everything that starts with `utf8`
  /// begins.
  static MetaKey escapedPrefix(char kind, long bucket, byte[] utf8) {
    byte[] bytes = new byte[PREFIX + utf8.length + zeroes(utf8)];
    escapeInto(bytes, kind, bucket, utf8);
    return new MetaKey(bytes);
  }

  /// `kind` bucket(8) esc(utf8) with the end mark: where the rows of exactly this key begin.
  static MetaKey escapedKey(char kind, long bucket, byte[] utf8) {
    byte[] bytes = new byte[PREFIX + utf8.length + zeroes(utf8) + 2];
    int at = escapeInto(bytes, kind, bucket, utf8);
    bytes[at + 1] = 1;
    return new MetaKey(bytes);
  }

  static KeyRange ofKey(char kind, long bucket, byte[] utf8) {
    return KeyRange.ofPrefix(escapedKey(kind, bucket, utf8));
  }

  /// The object key in the key of a `V` or `U` row.
  static byte[] unescaped(MetaKey key) {
    byte[] bytes = key.bytes();
    int end = bytes.length - 10;
    byte[] result = new byte[end - PREFIX];
    int count = 0;
    for (int i = PREFIX; i < end; i++) {
      result[count++] = bytes[i];
      if (bytes[i] == 0) i++;
    }
    return count == result.length ? result : Arrays.copyOf(result, count);
  }

  /// The object key in the key of an `O` or `L` row.
  static byte[] unprefixed(MetaKey key) {
    return Arrays.copyOfRange(key.bytes(), PREFIX, key.bytes().length);
  }

  static long versionToken(MetaKey key) {
    return ~lastLong(key) & Long.MAX_VALUE;
  }

  /// The token at the end of a `U`, `V` or `D` key.
  static long lastLong(MetaKey key) {
    return ByteBuffer.wrap(key.bytes()).getLong(key.bytes().length - Long.BYTES);
  }

  private static byte[] escaped(char kind, long bucket, byte[] utf8, long suffix) {
    byte[] bytes = new byte[PREFIX + utf8.length + zeroes(utf8) + 10];
    int at = escapeInto(bytes, kind, bucket, utf8);
    bytes[at + 1] = 1;
    putLong(bytes, at + 2, suffix);
    return bytes;
  }

  private static int escapeInto(byte[] bytes, char kind, long bucket, byte[] utf8) {
    bytes[0] = (byte) kind;
    putLong(bytes, 1, bucket);
    int at = PREFIX;
    for (byte b : utf8) {
      bytes[at++] = b;
      if (b == 0) bytes[at++] = (byte) 0xFF;
    }
    return at;
  }

  private static int zeroes(byte[] utf8) {
    int count = 0;
    for (byte b : utf8) {
      if (b == 0) count++;
    }
    return count;
  }

  private static MetaKey numbered(char kind, long token, int number) {
    byte[] bytes = new byte[PREFIX + 2];
    bytes[0] = (byte) kind;
    putLong(bytes, 1, token);
    bytes[PREFIX] = (byte) (number >>> 8);
    bytes[PREFIX + 1] = (byte) number;
    return new MetaKey(bytes);
  }

  private static byte[] join(char kind, long bucket, byte[] tail, int length) {
    byte[] bytes = new byte[PREFIX + length];
    bytes[0] = (byte) kind;
    putLong(bytes, 1, bucket);
    System.arraycopy(tail, 0, bytes, PREFIX, length);
    return bytes;
  }

  private static void putLong(byte[] bytes, int at, long value) {
    for (int i = at + 7; i >= at; i--, value >>>= 8) bytes[i] = (byte) value;
  }
}
