package io.tarn.testkit;

import io.tarn.store.Acl;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ETag;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Part;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Told;
import io.tarn.store.UploadId;
import io.tarn.store.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A version or delete marker of the model.
record MemoryVersion(ObjectHead head, byte[] bytes, boolean marker, Origin origin) {
  /// The upload it came from, if it did, and its parts.
  record Origin(@Nullable UploadId upload, List<Part> parts) {
    static final Origin NONE = new Origin(null, List.of());
  }

  static MemoryVersion marker(Key key, Version version, TenantId by, Instant now) {
    var content = new Content(0, new ETag(""), now, Checksum.NONE);
    var head = new ObjectHead(key, version, by, content, Metadata.NONE, Tags.NONE, Acl.PRIVATE);
    return new MemoryVersion(head, new byte[0], true, Origin.NONE);
  }

  MemoryVersion withTags(Tags tags) {
    return with(tags, head.acl());
  }

  MemoryVersion withAcl(Acl acl) {
    return with(head.tags(), acl);
  }

  private MemoryVersion with(Tags tags, Acl acl) {
    var changed =
        new ObjectHead(
            head.key(),
            head.version(),
            head.content(),
            head.metadata(),
            tags.values().size(),
            Told.of(tags),
            head.ownership(),
            Told.of(acl));
    return new MemoryVersion(changed, bytes, marker, origin);
  }
}
