package io.tarn.index;

import io.tarn.store.BelongsTo;
import io.tarn.store.BlobLabel;
import io.tarn.store.Checksum;
import io.tarn.store.Digests;
import io.tarn.store.Put;
import io.tarn.store.UploadRef;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is written behind the bytes of a blob: what it belongs to, as far as it is known when its
/// last byte has come. The version is not: that is decided with the row.
final class Labels {
  private Labels() {}

  /// Makes a label of what a body came to.
  interface Source {
    BlobLabel of(Digests digests, long size);
  }

  static Source ofObject(Put put, Instant now) {
    return (digests, size) -> {
      var owner = BelongsTo.version(put.bucket().name().text(), put.key().text(), "");
      Map<String, String> more = content(digests, size, now);
      more.put("owner", put.owner().text());
      put.metadata().system().forEach(more::put);
      put.metadata().user().forEach((name, value) -> more.put("x-amz-meta-" + name, value));
      return BlobLabel.of(owner, more);
    };
  }

  /// Metadata is the upload's, and stands in its row.
  static Source ofPart(UploadRef upload, int number, Instant now) {
    String id = VersionIds.text(UploadIds.token(upload.id().text()));
    var owner = new BelongsTo(upload.bucket().name().text(), upload.key().text(), "", id, number);
    return (digests, size) -> BlobLabel.of(owner, content(digests, size, now));
  }

  private static Map<String, String> content(Digests digests, long size, Instant now) {
    Map<String, String> content = new LinkedHashMap<>();
    content.put("size", String.valueOf(size));
    content.put("etag", digests.etag().text());
    Checksum checksum = digests.checksum();
    if (checksum.isPresent()) content.put(checksum.algorithm().text(), checksum.text());
    content.put("written", now.toString());
    return content;
  }
}
