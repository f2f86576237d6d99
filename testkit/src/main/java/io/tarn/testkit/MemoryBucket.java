package io.tarn.testkit;

import io.tarn.store.Bucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Key;
import io.tarn.store.Part;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Upload;
import io.tarn.store.Version;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A bucket of the model: for each key its versions, newest first.
final class MemoryBucket {
  private static final Pattern VERSION_ID = Pattern.compile("m\\d{12,}");

  Bucket bucket;
  final TreeMap<Key, List<MemoryVersion>> keys = new TreeMap<>();
  final TreeMap<String, OpenUpload> uploads = new TreeMap<>();
  final Map<DocumentKind, String> documents = new EnumMap<>(DocumentKind.class);

  MemoryBucket(Bucket bucket) {
    this.bucket = bucket;
  }

  record StoredPart(Part part, byte[] bytes) {}

  static final class OpenUpload {
    final Put put;
    final Upload upload;
    final TreeMap<Integer, StoredPart> parts = new TreeMap<>();

    OpenUpload(Put put, Upload upload) {
      this.put = put;
      this.upload = upload;
    }
  }

  List<MemoryVersion> versions(Key key) {
    return keys.getOrDefault(key, List.of());
  }

  /// The newest version, also when it is a delete marker.
  @Nullable MemoryVersion current(Key key) {
    List<MemoryVersion> versions = versions(key);
    return versions.isEmpty() ? null : versions.getFirst();
  }

  /// Null when there is none; fails with [StoreFailure.Invalid] where the id can be no version's.
  @Nullable MemoryVersion version(Key key, Version version) {
    if (!version.equals(Version.NULL) && !VERSION_ID.matcher(version.text()).matches()) {
      throw new StoreFailure.Invalid(Reason.ARGUMENT, "Invalid version id specified")
          .with("ArgumentName", "versionId")
          .with("ArgumentValue", version);
    }
    for (MemoryVersion there : versions(key)) {
      if (there.head().version().equals(version)) return there;
    }
    return null;
  }

  /// The version a read asks for.
  MemoryVersion find(Key key, Version version) {
    boolean latest = version.isLatest();
    MemoryVersion there = latest ? current(key) : version(key, version);
    if (there == null && latest) throw new StoreFailure.NoSuchKey(key);
    if (there == null) throw new StoreFailure.NoSuchVersion(key, version);
    if (there.marker()) {
      throw new StoreFailure.DeleteMarkerMet(
          key, there.head().version(), there.head().content().modified(), latest);
    }
    return there;
  }

  /// A null version takes the place of the one before.
  void add(MemoryVersion added) {
    Key key = added.head().key();
    List<MemoryVersion> versions = keys.computeIfAbsent(key, _ -> new ArrayList<>());
    if (added.head().version().equals(Version.NULL)) {
      versions.removeIf(there -> there.head().version().equals(Version.NULL));
    }
    versions.addFirst(added);
  }

  void remove(Key key, MemoryVersion there) {
    List<MemoryVersion> versions = keys.getOrDefault(key, new ArrayList<>());
    versions.remove(there);
    if (versions.isEmpty()) keys.remove(key);
  }

  void replace(Key key, MemoryVersion there, MemoryVersion by) {
    List<MemoryVersion> versions = keys.getOrDefault(key, new ArrayList<>());
    versions.set(versions.indexOf(there), by);
  }
}
