package io.tarn.testkit;

import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A version or delete marker of the model.
record MemoryVersion(ObjectHead head, byte[] bytes, boolean marker, @Nullable UploadId upload) {
  static MemoryVersion marker(Key key, Version version, TenantId by, Instant now) {
    var content = new Content(0, new ETag(""), now, Checksum.NONE, List.of());
    var head = new ObjectHead(key, version, by, content, Metadata.NONE, Tags.NONE);
    return new MemoryVersion(head, new byte[0], true, null);
  }

  MemoryVersion withSystem(String name, String value) {
    var changed =
        new ObjectHead(
            head.key(),
            head.version(),
            head.owner(),
            head.content(),
            head.metadata().withSystem(name, value),
            head.tags());
    return new MemoryVersion(changed, bytes, marker, upload);
  }

  MemoryVersion withTags(Tags tags) {
    var changed =
        new ObjectHead(
            head.key(), head.version(), head.owner(), head.content(), head.metadata(), tags);
    return new MemoryVersion(changed, bytes, marker, upload);
  }
}
