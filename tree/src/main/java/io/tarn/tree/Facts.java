package io.tarn.tree;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.FlatJson;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.Told;
import io.tarn.store.Version;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is recorded of a file: what it came to when it was written, and what its writer said.
///
/// What it came to holds as long as the file is as it was (`of`); once somebody else has changed
/// it, it has a tag of another kind ([FileState#tag]) and no checksum. What was said stays.
record Facts(FileState of, Sums sums, Metadata metadata, Tags tags) {
  /// What the bytes came to.
  ///
  /// - `upload`: the upload that they came from, empty for none
  /// - `parts`: how many it had
  record Sums(ETag etag, Checksum checksum, String upload, int parts) {
    static final Sums UNKNOWN = new Sums(new ETag(""), Checksum.NONE, "", 0);

    Sums(ETag etag, Checksum checksum) {
      this(etag, checksum, "", 0);
    }
  }

  private static final FileState NOTHING = new FileState(0, 0, -1, 0, 0);

  /// Of a file that nothing is recorded of.
  static final Facts NONE = new Facts(NOTHING, Sums.UNKNOWN, Metadata.NONE, Tags.NONE);

  private static final String FORMAT = "1";

  /// Which file it is, and nothing else.
  static Facts of(FileState file) {
    return new Facts(file, Sums.UNKNOWN, Metadata.NONE, Tags.NONE);
  }

  Facts with(Tags changed) {
    return new Facts(of, sums, metadata, changed);
  }

  /// What the file comes to now.
  Sums sums(FileState now) {
    boolean known = of.isSame(now) && !sums.equals(Sums.UNKNOWN);
    return known ? sums : new Sums(now.tag(), Checksum.NONE);
  }

  Content content(FileState now) {
    Sums there = sums(now);
    return new Content(now.size(), there.etag, now.modified(), there.checksum);
  }

  /// Of the folder with these facts; what it came to, and when, does not depend on the directory.
  ObjectHead folder(Key key) {
    return head(key, new Content(0, sums.etag, of.modified(), sums.checksum));
  }

  ObjectHead head(Key key, FileState now) {
    return head(key, content(now));
  }

  private ObjectHead head(Key key, Content content) {
    return new ObjectHead(
        key,
        Version.NULL,
        content,
        metadata,
        tags.values().size(),
        Told.of(tags),
        Told.notKnown(),
        Told.notKnown());
  }

  byte[] text() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("inode", Long.toString(of.inode()));
    fields.put("size", Long.toString(of.size()));
    fields.put("modified", Long.toString(of.modifiedNanos()));
    fields.put("born", Long.toString(of.bornNanos()));
    fields.put("etag", sums.etag.text());
    if (sums.checksum.isPresent()) {
      Checksum checksum = sums.checksum;
      fields.put("checksum", checksum.text());
      fields.put("algorithm", checksum.algorithm().name());
      fields.put("covers", checksum.type().name());
    }
    if (!sums.upload.isEmpty()) {
      fields.put("upload", sums.upload);
      fields.put("parts", Integer.toString(sums.parts));
    }
    Said.put(fields, metadata, tags);
    return FlatJson.write(fields).getBytes(StandardCharsets.UTF_8);
  }

  /// Reads [#text]; anything else is [StoreFailure.Corrupt].
  static Facts parse(byte[] text) {
    Map<String, String> fields = FlatJson.read(new String(text, StandardCharsets.UTF_8));
    if (fields == null) throw broken(null);
    try {
      if (!field(fields, "format").equals(FORMAT)) throw broken(null);
      var of =
          new FileState(
              0,
              number(fields, "inode"),
              number(fields, "size"),
              number(fields, "modified"),
              number(fields, "born"));
      return new Facts(of, sums(fields), Said.metadata(fields), Said.tags(fields));
    } catch (IllegalArgumentException e) {
      throw broken(e);
    }
  }

  private static Sums sums(Map<String, String> fields) {
    Checksum checksum =
        fields.containsKey("checksum")
            ? new Checksum(
                ChecksumAlgorithm.valueOf(field(fields, "algorithm")),
                ChecksumType.valueOf(field(fields, "covers")),
                field(fields, "checksum"))
            : Checksum.NONE;
    return new Sums(
        new ETag(field(fields, "etag")),
        checksum,
        fields.getOrDefault("upload", ""),
        Integer.parseInt(fields.getOrDefault("parts", "0")));
  }

  static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) throw new IllegalArgumentException("no " + name);
    return value;
  }

  private static long number(Map<String, String> fields, String name) {
    return Long.parseLong(field(fields, name));
  }

  private static StoreFailure.Corrupt broken(@org.jspecify.annotations.Nullable Throwable cause) {
    return new StoreFailure.Corrupt(
        "what is recorded of a file (user.tarn) cannot be read; without it the file is one that"
            + " somebody else wrote",
        cause);
  }
}
