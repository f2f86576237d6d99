package io.tarn.index;

import io.tarn.meta.Entry;
import io.tarn.meta.Item;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Page;
import io.tarn.meta.Scan;
import io.tarn.store.Blobs;
import io.tarn.store.Extent;
import io.tarn.store.StoreFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Goes through all versions and looks whether the bytes they refer to are there and as long as
/// they should be. Does not read them: that is the scrubber's. May run beside everything else; what
/// is deleted meanwhile is no flaw.
public final class Inspection {
  private static final int PAGE = 256;

  private final Rows rows;
  private final Reading reading;
  private final Blobs blobs;

  Inspection(Rows rows, Reading reading, Blobs blobs) {
    this.rows = rows;
    this.reading = reading;
    this.blobs = blobs;
  }

  /// What is wrong with the version `row` stands for.
  public record Flaw(String row, String problem) {}

  /// How much was looked at.
  public record Seen(long versions, long bytes) {}

  /// Tells each flaw to `flaws`, and in the end how much was looked at.
  public Seen run(Consumer<Flaw> flaws) {
    long versions = 0;
    long bytes = 0;
    for (char kind : new char[] {'O', 'V'}) {
      KeyRange all = RowKeys.all(kind);
      Optional<MetaKey> next = Optional.of(all.fromInclusive());
      while (next.isPresent()) {
        Page page = rows.scan(Scan.of(all, PAGE).from(next.get()));
        for (Item item : page.items()) {
          if (!(item instanceof Item.Row(var entry))) continue;
          ObjectRow row = ObjectRow.ofRow(entry.value());
          if (row.isMarker() || (kind == 'O' && row.hasTwin())) continue;
          versions++;
          bytes += row.front().size();
          inspect(entry, row, flaws);
        }
        next = page.next();
      }
    }
    return new Seen(versions, bytes);
  }

  private void inspect(Entry entry, ObjectRow row, Consumer<Flaw> flaws) {
    String problem = problem(row);
    if (problem == null) return;
    Entry now = rows.get(entry.key());
    if (now != null && now.version() == entry.version())
      flaws.accept(new Flaw(entry.key().toString(), problem));
  }

  private @Nullable String problem(ObjectRow row) {
    if (row.whereabouts() instanceof Whereabouts.Inline) {
      Entry bytes = rows.get(RowKeys.inline(row.token()));
      if (bytes == null) return "its inline bytes are gone";
      return bytes.value().length == row.front().size() ? null : "its inline bytes are not as many";
    }
    List<Section> sections = reading.sections(row);
    if (sections == null) return "its manifest is gone";
    long size = 0;
    for (Section section : sections)
      for (Extent extent : section.extents()) {
        size += extent.length();
        String problem = problem(extent);
        if (problem != null) return problem;
      }
    return size == row.front().size() ? null : "its extents have another length";
  }

  private @Nullable String problem(Extent extent) {
    try (Blobs.OpenBlob blob = blobs.open(extent.blob())) {
      return blob.length() >= extent.offset() + extent.length()
          ? null
          : "blob %s is too short".formatted(extent.blob());
    } catch (StoreFailure.Corrupt e) {
      return e.getMessage();
    }
  }
}
