package io.tarn.tree;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.FlatJson;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.ChecksumType;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.Part;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Uploads in progress, each a directory in the reserved one, called as the upload is: a file
/// `upload` that says what it is of, without which there is no upload, and a file for each part,
/// with what it came to recorded as for an object. They outlive a restart.
final class UploadFiles {
  private static final byte[] ABOUT = Reserved.bytes("upload");
  private static final String FORMAT = "1";
  private static final int MOST_BYTES = 1 << 20;
  private static final int NUMBER_DIGITS = 16;

  private final Reserved reserved;
  private final FileRecords records;
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong last = new AtomicLong();

  UploadFiles(Reserved reserved, FileRecords records) {
    this.reserved = reserved;
    this.records = records;
  }

  /// What an upload is of.
  ///
  /// - `bucket`, `path`: the directory of the bucket, and the path in there
  /// - `prefix`: how much of the path is the prefix of the link
  record Of(String bucket, String path, int prefix, Upload upload, Metadata metadata, Tags tags) {}

  /// Removes what a crash left of uploads that were not begun or not given up; calls `ended` of
  /// each other, to say whether its object is there already.
  void sweep(Ended ended) throws CallFailed {
    for (byte[] name : Reserved.names(reserved.uploads())) {
      String id = new String(name, StandardCharsets.UTF_8);
      Of of = find(id);
      if (of == null || ended.test(of)) {
        remove(id);
      } else {
        last.accumulateAndGet(number(id), Math::max);
      }
    }
  }

  /// Whether an upload has ended.
  interface Ended {
    boolean test(Of of) throws CallFailed;
  }

  private static long number(String id) {
    try {
      return HexFormat.fromHexDigitsToLong(id, 0, Math.min(id.length(), NUMBER_DIGITS));
    } catch (IllegalArgumentException e) {
      return 0; // not one that was given
    }
  }

  /// In the order of their beginning, and not to be guessed.
  private UploadId nextId(Instant now) {
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    long number = last.updateAndGet(before -> Math.max(before + 1, micros));
    return new UploadId(
        HexFormat.of().toHexDigits(number) + HexFormat.of().toHexDigits(random.nextLong()));
  }

  Upload begin(BeginUpload begin, Instant now) throws CallFailed {
    Home.Linked link = Place.link(begin.put().bucket());
    Key key = begin.put().key();
    var upload =
        new Upload(
            key,
            nextId(now),
            begin.put().owner(),
            begin.initiator(),
            now,
            begin.checksum(),
            begin.checksumType());
    var of =
        new Of(
            link.bucket(),
            link.prefix() + key.text(),
            link.prefix().length(),
            upload,
            begin.put().metadata(),
            begin.put().tags());
    byte[] name = Reserved.bytes(upload.id().text());
    reserved.uploads().makePrivateDirectory(name);
    try (Descriptor directory = reserved.uploads().directory(name);
        Staged staged = reserved.stage()) {
      staged.write(ByteBuffer.wrap(text(of)));
      staged.file().sync();
      staged.rename(directory, ABOUT);
      directory.sync();
      reserved.uploads().sync();
    }
    return upload;
  }

  private static byte[] text(Of of) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("bucket", of.bucket);
    fields.put("path", of.path);
    fields.put("prefix", Integer.toString(of.prefix));
    fields.put("owner", of.upload.owner().text());
    fields.put("initiator", of.upload.initiator().text());
    fields.put("initiated", Long.toString(of.upload.initiated().toEpochMilli()));
    if (of.upload.checksum() != null) fields.put("algorithm", of.upload.checksum().name());
    fields.put("covers", of.upload.checksumType().name());
    Said.put(fields, of.metadata, of.tags);
    return FlatJson.write(fields).getBytes(StandardCharsets.UTF_8);
  }

  /// Null when there is no such upload. An id is looked up as a name, so it must be one.
  @Nullable Of find(String id) throws CallFailed {
    if (!id.matches("[0-9a-f]{32}")) return null;
    try (Descriptor directory = reserved.uploads().find(Reserved.bytes(id));
        Descriptor file = directory == null ? null : directory.find(ABOUT)) {
      if (file == null) return null;
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MOST_BYTES, file.state().size()));
      file.read(bytes, 0);
      return parse(id, StandardCharsets.UTF_8.decode(bytes.flip()).toString());
    }
  }

  private static Of parse(String id, String text) {
    Map<String, String> fields = FlatJson.read(text);
    try {
      if (fields == null || !Facts.field(fields, "format").equals(FORMAT)) {
        throw new IllegalArgumentException("not a record of an upload");
      }
      String path = Facts.field(fields, "path");
      int prefix = Integer.parseInt(Facts.field(fields, "prefix"));
      String algorithm = fields.get("algorithm");
      var upload =
          new Upload(
              new Key(path.substring(prefix)),
              new UploadId(id),
              new TenantId(Facts.field(fields, "owner")),
              new TenantId(Facts.field(fields, "initiator")),
              Instant.ofEpochMilli(Long.parseLong(Facts.field(fields, "initiated"))),
              algorithm == null ? null : ChecksumAlgorithm.valueOf(algorithm),
              ChecksumType.valueOf(Facts.field(fields, "covers")));
      return new Of(
          Facts.field(fields, "bucket"),
          path,
          prefix,
          upload,
          Said.metadata(fields),
          Said.tags(fields));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StoreFailure.Corrupt("the record of the upload %s cannot be read".formatted(id), e);
    }
  }

  /// The upload that a request means.
  Of require(UploadRef ref) throws CallFailed {
    Of of = find(ref.id().text());
    if (of == null || !isIn(of, ref.bucket()) || !of.upload.key().equals(ref.key())) {
      throw new StoreFailure.NoSuchUpload(ref.id());
    }
    return of;
  }

  /// Whether it is one of that bucket: of its directory, under its prefix.
  static boolean isIn(Of of, Bucket bucket) {
    Home.Linked link = Place.link(bucket);
    return of.bucket.equals(link.bucket())
        && of.prefix == link.prefix().length()
        && of.path.startsWith(link.prefix());
  }

  /// All there are, of whatever bucket.
  void each(Each each) throws CallFailed {
    for (byte[] name : Reserved.names(reserved.uploads())) {
      Of of = find(new String(name, StandardCharsets.UTF_8));
      if (of != null) each.see(of);
    }
  }

  /// Is shown uploads.
  interface Each {
    void see(Of of);
  }

  private Descriptor directory(UploadId id) throws CallFailed {
    Descriptor directory = reserved.uploads().find(Reserved.bytes(id.text()));
    if (directory == null) throw new StoreFailure.NoSuchUpload(id);
    return directory;
  }

  private static byte[] name(int number) {
    return Reserved.bytes("part-" + number);
  }

  /// Makes a sealed file a part. Under the lock of the upload.
  void setPart(UploadRef ref, int number, Staged file) throws CallFailed {
    require(ref);
    try (Descriptor directory = directory(ref.id());
        Descriptor before = directory.find(name(number))) {
      FileState gone = before == null ? null : before.state();
      file.rename(directory, name(number));
      directory.sync();
      if (gone != null) records.forget(gone);
    }
  }

  /// The numbers of the parts that are there, in order.
  List<Integer> numbers(UploadId id) throws CallFailed {
    try (Descriptor directory = directory(id)) {
      return Reserved.names(directory).stream()
          .map(name -> new String(name, StandardCharsets.UTF_8))
          .filter(name -> name.matches("part-[0-9]{1,5}"))
          .map(name -> Integer.parseInt(name.substring("part-".length())))
          .sorted()
          .toList();
    }
  }

  /// A part that is open.
  record OpenPart(Part part, Descriptor file) implements AutoCloseable {
    @Override
    public void close() {
      file.close();
    }
  }

  /// Null when there is none of that number.
  @Nullable OpenPart open(UploadId id, int number) throws CallFailed {
    try (Descriptor directory = directory(id)) {
      Descriptor file = directory.find(name(number));
      if (file == null) return null;
      OpenPart open = null;
      try {
        FileState state = file.state();
        Facts facts = records.facts(file, state);
        Facts.Sums sums = facts.sums(state);
        var part = new Part(number, state.size(), sums.etag(), state.modified(), sums.checksum());
        open = new OpenPart(part, file);
        return open;
      } finally {
        if (open == null) file.close();
      }
    }
  }

  /// Removes the upload, first what makes it one. Under its lock.
  void remove(String id) throws CallFailed {
    byte[] name = Reserved.bytes(id);
    try (Descriptor directory = reserved.uploads().find(name)) {
      if (directory == null) return;
      if (directory.unlink(ABOUT)) directory.sync();
      for (byte[] each : Reserved.names(directory)) {
        try (Descriptor part = directory.find(each)) {
          if (part == null) continue;
          directory.unlink(each);
          records.forget(part.state());
        }
      }
    }
    reserved.uploads().removeDirectory(name);
  }
}
