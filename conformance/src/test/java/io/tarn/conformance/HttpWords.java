package io.tarn.conformance;

import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.Tags;
import io.tarn.store.Version;
import io.tarn.store.Written;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/// How what the client says becomes what the waist says, and back.
final class HttpWords {
  private HttpWords() {}

  static Content content(long size, String etag, Instant modified) {
    return new Content(size, etag(etag), modified, Checksum.NONE);
  }

  static ETag etag(String quoted) {
    return new ETag(quoted.replace("\"", ""));
  }

  static Version version(@Nullable String id) {
    return id == null ? Version.NULL : new Version(id);
  }

  static @Nullable String id(Version version) {
    return version.isLatest() ? null : version.text();
  }

  static Written written(Key key, @Nullable String version, long size, String etag) {
    return new Written(key, version(version), content(size, etag, Instant.EPOCH));
  }

  static Tagging tagging(Tags tags) {
    return Tagging.builder()
        .tagSet(
            tags.values().entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())
        .build();
  }

  static byte[] bytes(Incoming incoming) {
    var out = new ByteArrayOutputStream();
    for (ByteBuffer piece = incoming.next(); piece != null; piece = incoming.next()) {
      byte[] bytes = new byte[piece.remaining()];
      piece.get(bytes);
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }
}
