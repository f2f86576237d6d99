package io.tarn.cache;

import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.Content;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A write that was acknowledged here: what it made of a key. Serials tell which of two came first.
///
/// - `at`: when
/// - `by`: who deletes, or owns what is put
/// - `body`: null where the key is deleted
record QueuedWrite(
    long serial, Bucket bucket, Key key, Instant at, TenantId by, @Nullable Body body) {
  /// What was put. `put` has neither conditions nor permit: they were decided when it was queued.
  /// `file` names the file of the bytes ([QueuedFile]); 0 where they are in the log.
  record Body(Put put, Content content, long file) {
    Body {
      put =
          new Put(
              put.bucket(),
              put.key(),
              put.owner(),
              put.metadata(),
              put.tags(),
              Conditions.NONE,
              put.acl(),
              Permit.ANY);
    }

    boolean isInLog() {
      return file == 0;
    }

    ObjectHead head() {
      return new ObjectHead(
          put.key(), Version.NULL, put.owner(), content, put.metadata(), put.tags(), put.acl());
    }
  }

  boolean isDelete() {
    return body == null;
  }

  /// What is there once it is done; null for nothing.
  @Nullable ObjectHead head() {
    return body == null ? null : body.head();
  }

  /// What it counts as among the entries of the queue: one, and one more for each KiB of what is
  /// kept in memory of it.
  int entries() {
    long bytes = key.text().length();
    if (body != null) {
      for (var map : List.of(body.put.metadata().system(), body.put.metadata().user())) {
        for (var each : map.entrySet()) bytes += each.getKey().length() + each.getValue().length();
      }
      for (var tag : body.put.tags().values().entrySet()) {
        bytes += tag.getKey().length() + tag.getValue().length();
      }
    }
    return 1 + (int) (bytes >> 10);
  }

  /// Bytes of the object.
  long size() {
    return body == null ? 0 : body.content().size();
  }
}
