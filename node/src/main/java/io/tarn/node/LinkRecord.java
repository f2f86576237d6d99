package io.tarn.node;

import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Settings;
import io.tarn.settings.SettingsTree;
import io.tarn.settings.Sources;
import io.tarn.store.Bucket;
import io.tarn.store.StoreFailure;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is kept of a link with its bucket, as a document: the settings of an origin of its own, and
/// when what it can do was tried out. Secrets are never in it.
///
/// - `settings`: as below `origins.NAME`; none where the settings of the server name the origin
/// - `credentials`: what those call the keys for it; empty for what the server finds
record LinkRecord(Map<String, String> settings, String credentials, Instant probed) {
  private static final int FORMAT = 1;
  private static final List<String> FIELDS = List.of("format", "settings", "credentials", "probed");
  private static final SettingsTree<OriginConfig> TREE = Settings.of(OriginConfig.class);

  /// Named by the settings of the server only, where they are kept as secrets are.
  private static final List<String> ELSEWHERE =
      List.of("s3.access-key", "s3.secret-key", "s3.session-token");

  LinkRecord {
    settings = Map.copyOf(settings);
  }

  /// The settings that it gives, and the usual ones.
  ///
  /// @throws StoreFailure.Invalid when they cannot be; says all that is wrong
  OriginConfig config() {
    for (String name : ELSEWHERE) {
      if (settings.containsKey(name)) {
        throw invalid(
            "%s is not kept with a bucket; name keys of the server's settings with --credentials"
                .formatted(name));
      }
    }
    var flags = new ArrayList<String>();
    new TreeMap<>(settings).forEach((name, value) -> flags.add("--" + name + "=" + value));
    try {
      return TREE.read(Sources.NONE.withFlags(flags)).value();
    } catch (InvalidSettings e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  /// The same, tried out at another time.
  LinkRecord tried(Instant now) {
    return new LinkRecord(settings, credentials, now);
  }

  private static StoreFailure.Invalid invalid(String message) {
    return new StoreFailure.Invalid(StoreFailure.Reason.ARGUMENT, message);
  }

  String document() {
    ObjectNode document = AdminClient.object().put("format", FORMAT);
    ObjectNode kept = document.putObject("settings");
    new TreeMap<>(settings).forEach(kept::put);
    document.put("credentials", credentials).put("probed", probed.toString());
    return Invocation.JSON.writeValueAsString(document);
  }

  /// What [#document] made of one.
  ///
  /// @throws StoreFailure.Unavailable when it is not to be understood
  static LinkRecord of(Bucket bucket, String document) {
    try {
      JsonNode read = Invocation.JSON.readTree(document);
      if (read.path("format").asInt(0) != FORMAT || !FIELDS.containsAll(read.propertyNames())) {
        throw unknown(bucket, null);
      }
      Map<String, String> settings = new TreeMap<>();
      read.path("settings")
          .properties()
          .forEach(each -> settings.put(each.getKey(), each.getValue().asString()));
      return new LinkRecord(
          settings,
          read.path("credentials").asString(),
          Instant.parse(read.path("probed").asString()));
    } catch (JacksonException | DateTimeException e) {
      throw unknown(bucket, e);
    }
  }

  private static StoreFailure.Unavailable unknown(Bucket bucket, @Nullable Exception e) {
    return new StoreFailure.Unavailable(
        "what is kept of the link of bucket %s is not to be understood; a newer program may have written it"
            .formatted(bucket.name()),
        e);
  }
}
