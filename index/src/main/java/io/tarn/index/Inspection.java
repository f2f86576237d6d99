package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Scan;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.BucketStates;
import io.tarn.rows.RowCursor;
import io.tarn.store.BelongsTo;
import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.BucketName;
import io.tarn.store.Extent;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Holds rows and blobs against each other, in both directions: goes through all versions and parts
/// and looks whether the bytes they refer to are there and as long as they should be, and finds
/// blobs that no row refers to. Changes nothing and does not read the bytes: that is the
/// scrubber's. May run beside everything else; what is deleted meanwhile is no flaw.
public final class Inspection {
  private static final int PAGE = 256;

  private final BlockingRows rows;
  private final VersionReads reading;
  private final Blobs blobs;
  private final BucketStates buckets;
  private @Nullable Map<Long, BucketName> names;

  Inspection(BlockingRows rows, BucketStates buckets, VersionReads reading, Blobs blobs) {
    this.rows = rows;
    this.buckets = buckets;
    this.reading = reading;
    this.blobs = blobs;
  }

  /// What is wrong with a version, or with a part of an upload, which has no key or version here
  /// but is named by its upload.
  public record Flaw(String bucket, String key, String version, String problem) {}

  /// How much was looked at.
  public record Seen(long versions, long bytes) {}

  /// Tells each flaw to `flaws`, and in the end how much was looked at.
  public Seen run(Consumer<Flaw> flaws) {
    long versions = 0;
    long bytes = 0;
    for (char kind : new char[] {'O', 'V'}) {
      var cursor = new RowCursor(rows, Scan.of(IndexKeys.all(kind), PAGE));
      for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
        ObjectRow row = readable(entry, flaws);
        if (row == null || row.isMarker() || (kind == 'O' && row.hasTwin())) continue;
        versions++;
        bytes += row.front().size();
        inspect(entry, row, flaws);
      }
    }
    var parts = new RowCursor(rows, Scan.of(IndexKeys.all('P'), PAGE));
    for (Entry entry = parts.next(); entry != null; entry = parts.next()) {
      String problem = problem(Section.ofRow(entry.value()).extents());
      if (problem != null && isStill(entry)) flaws.accept(ofPart(entry.key(), problem));
    }
    return new Seen(versions, bytes);
  }

  private @Nullable ObjectRow readable(Entry entry, Consumer<Flaw> flaws) {
    try {
      return ObjectRow.ofRow(entry.value());
    } catch (StoreFailure.Corrupt e) {
      flaws.accept(named(entry.key(), "", String.valueOf(e.getMessage())));
      return null;
    }
  }

  private void inspect(Entry entry, ObjectRow row, Consumer<Flaw> flaws) {
    String problem = problem(row);
    if (problem == null || !isStill(entry)) return;
    flaws.accept(named(entry.key(), VersionIds.version(row).text(), problem));
  }

  private boolean isStill(Entry entry) {
    Entry now = rows.get(entry.key());
    return now != null && now.version() == entry.version();
  }

  private Flaw named(MetaKey row, String version, String problem) {
    byte[] key = row.bytes()[0] == 'O' ? IndexKeys.unprefixed(row) : IndexKeys.unescaped(row);
    return new Flaw(bucket(row), new String(key, StandardCharsets.UTF_8), version, problem);
  }

  private static Flaw ofPart(MetaKey row, String problem) {
    return new Flaw(
        "",
        "",
        "",
        "part %d of upload %s: %s"
            .formatted(
                IndexKeys.number(row),
                VersionIds.text(ByteBuffer.wrap(row.bytes()).getLong(1)),
                problem));
  }

  /// The name of the bucket that a row is in. Names are read when the first one is wanted.
  private String bucket(MetaKey row) {
    if (names == null) names = buckets.names();
    long id = ByteBuffer.wrap(row.bytes()).getLong(1);
    BucketName name = names.get(id);
    return name == null ? "a bucket that is gone (%d)".formatted(id) : name.text();
  }

  private @Nullable String problem(ObjectRow row) {
    if (row.location() instanceof Location.Inline) {
      Entry bytes = rows.get(IndexKeys.inline(row.token()));
      if (bytes == null) return "its inline bytes are gone";
      return bytes.value().length == row.front().size() ? null : "its inline bytes are not as many";
    }
    List<Section> sections = reading.sections(row);
    if (sections == null) return "its manifest is gone";
    long size = 0;
    for (Section section : sections) {
      for (Extent extent : section.extents()) size += extent.length();
      String problem = problem(section.extents());
      if (problem != null) return problem;
    }
    return size == row.front().size() ? null : "its extents have another length";
  }

  private @Nullable String problem(List<Extent> extents) {
    for (Extent extent : extents) {
      String problem = problem(extent);
      if (problem != null) return problem;
    }
    return null;
  }

  private @Nullable String problem(Extent extent) {
    try (Blobs.OpenBlob blob = blobs.open(extent.blob())) {
      return blob.length() >= extent.offset() + extent.length()
          ? null
          : "blob %s is too short".formatted(extent.blob());
    } catch (StoreFailure.Missing
        | StoreFailure.Corrupt
        | StoreFailure.Unavailable
        | StoreFailure.Unresponsive e) {
      return e.getMessage();
    }
  }

  /// Which of these blobs no row refers to, not even as garbage. A reference that moves from row to
  /// row can slip past a scan, so they are looked for twice; what is new is known by its `W` row
  /// before it is listed anywhere.
  public Set<BlobId> unreferenced(Collection<BlobId> listed) {
    Set<BlobId> left = new HashSet<>(listed);
    for (int pass = 0; pass < 2 && !left.isEmpty(); pass++) strikeReferenced(left);
    return left;
  }

  /// What these blobs belong to, as far as rows refer to them: one pass through all rows.
  public Map<BlobId, BelongsTo> owners(Set<BlobId> wanted) {
    return new BlobOwners(rows, wanted).find(this::bucket);
  }

  /// In the order in which a reference moves.
  private void strikeReferenced(Set<BlobId> left) {
    for (char kind : new char[] {'W', 'P', 'O', 'V', 'M', 'G'}) {
      var cursor = new RowCursor(rows, Scan.of(IndexKeys.all(kind), PAGE));
      for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
        for (BlobId blob : referenced(kind, entry)) left.remove(blob);
      }
    }
  }

  private static List<BlobId> referenced(char kind, Entry entry) {
    byte[] row = entry.value();
    return switch (kind) {
      case 'W' -> List.of(IndexKeys.pendingBlob(entry.key()));
      case 'P' -> ids(GarbageRows.blobs(List.of(Section.ofRow(row))));
      case 'O', 'V' -> ids(GarbageRows.blobs(ObjectRow.ofRow(row)));
      case 'M' -> ids(GarbageRows.blobs(Manifests.ofRow(row)));
      case 'G' -> ids(GarbageRows.blobs(row));
      default -> throw new IllegalArgumentException("rows of no kind with blobs: " + kind);
    };
  }

  private static List<BlobId> ids(List<BlobAt> blobs) {
    return blobs.stream().map(BlobAt::id).toList();
  }
}
