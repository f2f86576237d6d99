package io.tarn.upstream;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.request.HttpDate;
import io.tarn.s3.EncodedWords;
import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Metadata;
import io.tarn.store.StorageClass;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the headers of S3 say about an object, read from answers and written into requests.
final class ObjectHeaders {
  private static final String USER = "x-amz-meta-";
  private static final String CHECKSUM = "x-amz-checksum-";
  /// The content type of which nobody said anything, as S3 gives it.
  private static final String UNSAID = "binary/octet-stream";

  private static final List<String> SYSTEM =
      List.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");

  private ObjectHeaders() {}

  static String value(HttpHeaders headers, String name) {
    return headers.firstValue(name).orElse("");
  }

  /// Of a number that must be there.
  static long number(HttpHeaders headers, String name) {
    String text = value(headers, name);
    if (!text.matches("[0-9]{1,18}")) throw new UnreadableAnswer("has no number as " + name);
    return Long.parseLong(text);
  }

  static ETag etag(HttpHeaders headers) {
    return etag(value(headers, "etag"));
  }

  /// With its quotes on or off, as servers have it; a weak one is taken for its text.
  static ETag etag(String text) {
    String bare = text.startsWith("W/") ? text.substring(2) : text;
    bare = bare.replace("\"", "");
    if (bare.isEmpty()) throw new UnreadableAnswer("has no ETag");
    return new ETag(bare);
  }

  static Version version(HttpHeaders headers) {
    return version(value(headers, "x-amz-version-id"));
  }

  static Version version(String id) {
    return id.isEmpty() ? Version.NULL : new Version(id);
  }

  static Instant modified(HttpHeaders headers) {
    Instant modified = HttpDate.parse(value(headers, "last-modified"));
    if (modified != null) return modified;
    Instant answered = HttpDate.parse(value(headers, "date"));
    return answered == null ? Instant.EPOCH : answered;
  }

  /// Standard, where the origin says nothing that looks like one.
  static StorageClass storageClass(String text) {
    try {
      return text.isEmpty() ? StorageClass.STANDARD : new StorageClass(text);
    } catch (IllegalArgumentException _) {
      return StorageClass.STANDARD;
    }
  }

  /// The checksum that the headers have; `otherwise` where they have none.
  static Checksum checksum(HttpHeaders headers, Checksum otherwise) {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String text = value(headers, CHECKSUM + algorithm.text());
      if (text.isEmpty()) continue;
      String type = value(headers, "x-amz-checksum-type");
      // Of an object in parts it may be made of those of its parts, and look like the object's own.
      boolean unsaid = type.isEmpty() && isPlain(text) && !isPlain(value(headers, "etag"));
      return unsaid ? otherwise : checksum(algorithm, text, type);
    }
    return otherwise;
  }

  /// Not of so many parts: `…-2`.
  private static boolean isPlain(String text) {
    return text.indexOf('-') < 0;
  }

  static Checksum checksum(ChecksumAlgorithm algorithm, String text, String type) {
    boolean composite = type.isEmpty() ? !isPlain(text) : type.equals("COMPOSITE");
    return new Checksum(
        algorithm, composite ? ChecksumType.COMPOSITE : ChecksumType.FULL_OBJECT, text);
  }

  /// The facts of an object's bytes, of which there are `size`.
  static Content content(HttpHeaders headers, long size, Checksum checksum) {
    return new Content(
        size,
        etag(headers),
        modified(headers),
        checksum,
        storageClass(value(headers, "x-amz-storage-class")));
  }

  /// Of `bytes 0-9/100`; null where all of the object is there.
  static @Nullable ByteRange range(HttpHeaders headers) {
    String[] words = rangeWords(headers);
    return words == null ? null : new ByteRange(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  /// How many bytes the object has.
  static long size(HttpHeaders headers) {
    String[] words = rangeWords(headers);
    return words == null ? number(headers, "content-length") : Long.parseLong(words[2]);
  }

  private static String @Nullable [] rangeWords(HttpHeaders headers) {
    String text = value(headers, "content-range");
    // moto says so of an object without bytes, whose part was asked for.
    if (text.isEmpty() || text.equals("bytes 0--1/0")) return null;
    if (!text.matches("bytes [0-9]{1,18}-[0-9]{1,18}/[0-9]{1,18}")) {
      throw new UnreadableAnswer("has a range that is none");
    }
    return text.substring("bytes ".length()).split("[-/]", -1);
  }

  static Metadata metadata(HttpHeaders headers) {
    Map<String, String> system = new LinkedHashMap<>();
    for (String name : SYSTEM) {
      String value = value(headers, name);
      if (name.equals("content-encoding")) value = withoutChunks(value);
      if (!value.isEmpty() && !value.equals(UNSAID)) system.put(name, EncodedWords.decode(value));
    }
    Map<String, String> user = new LinkedHashMap<>();
    headers
        .map()
        .forEach(
            (name, values) -> {
              if (!name.startsWith(USER)) return;
              String value = String.join(",", values);
              user.put(name.substring(USER.length()), EncodedWords.decode(value));
            });
    return new Metadata(system, user);
  }

  /// A coding of the transfer that S3 takes off, and versitygw keeps.
  private static String withoutChunks(String encodings) {
    if (!encodings.contains("aws-chunked")) return encodings;
    return Stream.of(encodings.split(","))
        .map(String::strip)
        .filter(coding -> !coding.equals("aws-chunked"))
        .collect(Collectors.joining(","));
  }

  /// Says an object's metadata in a request. What is not ASCII goes as S3 would give it back, in
  /// encoded words (RFC 2047): the JDK's client sends nothing else.
  ///
  /// @throws StoreFailure.Invalid when a name cannot be part of a header's
  static void write(Metadata metadata, OriginRequest request, boolean inChunks) {
    metadata
        .system()
        .forEach(
            (name, value) -> {
              boolean both = inChunks && name.equals("content-encoding");
              request.header(name, both ? "aws-chunked," + value : EncodedWords.of(value));
            });
    if (inChunks && !metadata.system().containsKey("content-encoding")) {
      request.header("content-encoding", "aws-chunked");
    }
    metadata
        .user()
        .forEach(
            (name, value) -> {
              if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new StoreFailure.Invalid(
                    StoreFailure.Reason.ARGUMENT,
                    "The origin of this bucket cannot keep metadata of this name");
              }
              request.header(USER + name, EncodedWords.of(value));
            });
  }
}
