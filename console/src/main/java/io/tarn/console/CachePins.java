package io.tarn.console;

import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import io.tarn.store.StoreFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which prefixes of a linked bucket are pinned, as a document of the bucket: they outlive a
/// restart, and go with the bucket.
public final class CachePins {
  /// More than anybody keeps in mind.
  private static final int MOST = 100;

  private static final int FORMAT = 1;

  private CachePins() {}

  /// Those of a bucket.
  ///
  /// @throws StoreFailure.Corrupt when they are not to be understood
  public static Collection<String> of(Buckets buckets, Bucket bucket) {
    return buckets
        .document(bucket, DocumentKind.CACHE_PINS)
        .map(text -> read(bucket, text))
        .orElse(Collections.emptySortedSet());
  }

  /// With one more, or one less.
  static Collection<String> change(Buckets buckets, Bucket bucket, String prefix, boolean pinned) {
    SortedSet<String> prefixes = new TreeSet<>(of(buckets, bucket));
    boolean changed = pinned ? prefixes.add(prefix) : prefixes.remove(prefix);
    if (!changed) return prefixes;
    if (prefixes.size() > MOST) {
      throw AdminFailure.conflict(
          "TooMany", "A bucket has at most %d pinned prefixes; unpin some.".formatted(MOST));
    }
    if (prefixes.isEmpty()) {
      buckets.removeDocument(bucket, DocumentKind.CACHE_PINS);
    } else {
      buckets.setDocument(bucket, DocumentKind.CACHE_PINS, written(prefixes));
    }
    return prefixes;
  }

  private static String written(Collection<String> prefixes) {
    ObjectNode document = Replies.object().put("format", FORMAT);
    ArrayNode list = document.putArray("prefixes");
    prefixes.forEach(list::add);
    return Replies.JSON.writeValueAsString(document);
  }

  private static SortedSet<String> read(Bucket bucket, String text) {
    try {
      JsonNode document = Replies.JSON.readTree(text);
      List<String> known = List.of("format", "prefixes");
      if (document.path("format").asInt(0) == FORMAT
          && known.containsAll(document.propertyNames())) {
        List<String> prefixes = new ArrayList<>();
        for (JsonNode each : document.path("prefixes")) prefixes.add(each.asString());
        return new TreeSet<>(prefixes);
      }
    } catch (JacksonException e) {
      throw unknown(bucket, e);
    }
    throw unknown(bucket, null);
  }

  private static StoreFailure unknown(
      Bucket bucket, @org.jspecify.annotations.Nullable Exception e) {
    return new StoreFailure.Corrupt(
        "what is pinned of bucket %s is not to be understood; a newer program may have written it"
            .formatted(bucket.name()),
        e);
  }
}
