package io.tarn.cache;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.Put;
import io.tarn.store.StorageClass;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the log of queued writes says ([WriteLog]), and how: a kind, the serial of a write, and
/// what belongs to that kind. Texts are UTF-8 with their length (4 bytes) before them; bytes of the
/// object, where the log has them, come last.
sealed interface LogRecord {
  /// The write it is about.
  long serial();

  /// A write came.
  record Came(QueuedWrite write) implements LogRecord {
    @Override
    public long serial() {
      return write.serial();
    }
  }

  /// It is at its origin, or another took its place.
  record Went(long serial) implements LogRecord {}

  /// It is being uploaded in parts, under this id of the origin's; empty when no longer.
  record Began(long serial, String upload) implements LogRecord {}

  byte CAME = 1;
  byte WENT = 2;
  byte BEGAN = 3;

  /// `inline`: the bytes of the object that go into the log with it.
  default byte[] encode(byte[] inline) {
    var bytes = new ByteArrayOutputStream(256 + inline.length);
    try (var out = new DataOutputStream(bytes)) {
      switch (this) {
        case Came(var write) -> {
          out.writeByte(CAME);
          out.writeLong(write.serial());
          encode(write, out);
          out.write(inline);
        }
        case Went(var serial) -> {
          out.writeByte(WENT);
          out.writeLong(serial);
        }
        case Began(var serial, var upload) -> {
          out.writeByte(BEGAN);
          out.writeLong(serial);
          text(upload, out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /// Reads what [#encode] made.
  ///
  /// @throws IllegalArgumentException for anything else
  static LogRecord decode(byte[] record) {
    try (var in = new DataInputStream(new ByteArrayInputStream(record))) {
      byte kind = in.readByte();
      long serial = in.readLong();
      return switch (kind) {
        case CAME -> new Came(write(serial, in));
        case WENT -> new Went(serial);
        case BEGAN -> new Began(serial, text(in));
        default -> throw new IllegalArgumentException("no kind of record: " + kind);
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("a record is too short", e);
    }
  }

  private static void encode(QueuedWrite write, DataOutputStream out) throws IOException {
    bucket(write.bucket(), out);
    text(write.key().text(), out);
    instant(write.at(), out);
    text(write.by().text(), out);
    QueuedWrite.Body body = write.body();
    out.writeBoolean(body != null);
    if (body == null) return;
    Put put = body.put();
    map(put.metadata().system(), out);
    map(put.metadata().user(), out);
    map(put.tags().values(), out);
    text(put.acl().text(), out);
    Content content = body.content();
    out.writeLong(content.size());
    text(content.etag().text(), out);
    instant(content.modified(), out);
    text(content.checksum().algorithm().name(), out);
    text(content.checksum().type().name(), out);
    text(content.checksum().text(), out);
    text(content.storageClass().text(), out);
    out.writeLong(body.file());
  }

  private static QueuedWrite write(long serial, DataInputStream in) throws IOException {
    Bucket bucket = bucket(in);
    var key = new Key(text(in));
    Instant at = instant(in);
    var by = new TenantId(text(in));
    if (!in.readBoolean()) return new QueuedWrite(serial, bucket, key, at, by, null);
    var metadata = new Metadata(map(in), map(in));
    var tags = new Tags(map(in));
    Acl acl = Acl.parse(text(in));
    var put = new Put(bucket, key, by, metadata, tags, Conditions.NONE, acl);
    long size = in.readLong();
    var etag = new ETag(text(in));
    Instant modified = instant(in);
    var checksum =
        new Checksum(ChecksumAlgorithm.valueOf(text(in)), ChecksumType.valueOf(text(in)), text(in));
    var content = new Content(size, etag, modified, checksum, new StorageClass(text(in)));
    return new QueuedWrite(
        serial, bucket, key, at, by, new QueuedWrite.Body(put, content, in.readLong()));
  }

  private static void bucket(Bucket bucket, DataOutputStream out) throws IOException {
    if (!(bucket.home() instanceof Home.Linked(var origin, var there, var prefix, var can))) {
      throw new IllegalStateException("writes are queued for linked buckets: " + bucket.name());
    }
    text(bucket.name().text(), out);
    out.writeLong(bucket.id());
    out.writeLong(bucket.revision());
    text(bucket.owner().text(), out);
    text(bucket.region(), out);
    instant(bucket.created(), out);
    text(origin, out);
    text(there, out);
    text(prefix, out);
    out.writeInt(can.size());
    for (Capability each : can) text(each.name(), out);
  }

  private static Bucket bucket(DataInputStream in) throws IOException {
    var name = new BucketName(text(in));
    long id = in.readLong();
    long revision = in.readLong();
    var owner = new TenantId(text(in));
    String region = text(in);
    Instant created = instant(in);
    String origin = text(in);
    String there = text(in);
    String prefix = text(in);
    var can = EnumSet.noneOf(Capability.class);
    for (int left = in.readInt(); left > 0; left--) can.add(Capability.valueOf(text(in)));
    var home = new Home.Linked(origin, there, prefix, can);
    return new Bucket(name, id, revision, owner, region, created, Versioning.OFF, home);
  }

  private static void instant(Instant instant, DataOutputStream out) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  private static Instant instant(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static void text(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("a text of %d bytes".formatted(length));
    }
    return Key.decode(in.readNBytes(length));
  }

  private static void map(Map<String, String> map, DataOutputStream out) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, String> each : map.entrySet()) {
      text(each.getKey(), out);
      text(each.getValue(), out);
    }
  }

  private static Map<String, String> map(DataInputStream in) throws IOException {
    Map<String, String> map = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) map.put(text(in), text(in));
    return map;
  }
}
