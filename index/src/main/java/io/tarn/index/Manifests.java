package io.tarn.index;

import io.tarn.rows.Plan;
import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.BlobAt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Long lists of sections, cut into `M` rows. The first of them says where in the object each of
/// the others begins, so that a range needs that row and its own.
///
/// Format 9 was that of rows whose extents did not name their volumes; up to format 12 nothing said
/// where rows begin. Where each blob has one holder, rows have the older format.
final class Manifests {
  static final int FORMAT = 24;
  private static final int ONE_HOLDER = 19;
  private static final int WITHOUT_STARTS = 12;
  private static final int WITHOUT_VOLUMES = 9;

  /// So many sections stand in the object's row itself; more would make listings read them.
  static final int IN_ROW = 8;

  private static final int PER_CHUNK = 512;

  private Manifests() {}

  /// Where the sections go; adds `M` rows to the plan if they are many.
  static Location write(Plan plan, List<Section> sections) {
    if (sections.size() <= IN_ROW) return new Location.Listed(sections);
    List<List<Section>> pages = new ArrayList<>();
    for (int from = 0; from < sections.size(); from += PER_CHUNK) {
      pages.add(sections.subList(from, Math.min(sections.size(), from + PER_CHUNK)));
    }
    List<Long> starts = new ArrayList<>();
    long at = 0;
    for (List<Section> page : pages.subList(0, pages.size() - 1)) {
      for (Section section : page) at += section.length();
      starts.add(at);
    }
    for (int number = 0; number < pages.size(); number++) {
      var page = new Page(number == 0 ? starts : List.of(), pages.get(number));
      plan.putNew(IndexKeys.manifest(plan.token(), number), page.toRow());
    }
    return new Location.Manifest(pages.size());
  }

  /// An `M` row.
  ///
  /// - `starts`: of the first row, where each of the others begins; else, and of rows that do not
  ///   say so, empty
  record Page(List<Long> starts, List<Section> sections) {
    Page {
      starts = List.copyOf(starts);
      sections = List.copyOf(sections);
    }

    byte[] toRow() {
      boolean held = Section.haveHolders(sections);
      int expected = 96 * sections.size() + 8 * starts.size();
      var out = new RowWriter(held ? FORMAT : ONE_HOLDER, expected);
      out.number(starts.size());
      for (long start : starts) out.number(start);
      out.number(sections.size());
      for (Section section : sections) {
        section.write(out, held ? RowWriter::heldBlob : RowWriter::blob);
      }
      return out.done();
    }
  }

  static Page pageOfRow(byte[] row) {
    return switch (RowReader.format(row)) {
      case WITHOUT_VOLUMES ->
          RowReader.read(
              row,
              WITHOUT_VOLUMES,
              in -> new Page(List.of(), read(in, RowReader::blobOnSomeVolume)));
      case WITHOUT_STARTS ->
          RowReader.read(row, WITHOUT_STARTS, in -> new Page(List.of(), read(in, RowReader::blob)));
      case ONE_HOLDER ->
          RowReader.read(row, ONE_HOLDER, in -> new Page(starts(in), read(in, RowReader::blob)));
      default ->
          RowReader.read(row, FORMAT, in -> new Page(starts(in), read(in, RowReader::heldBlob)));
    };
  }

  /// The same as [Page#starts], reading no further.
  static List<Long> startsOfRow(byte[] row) {
    int format = RowReader.format(row);
    return format == FORMAT || format == ONE_HOLDER
        ? RowReader.read(row, format, Manifests::starts)
        : List.of();
  }

  private static List<Long> starts(RowReader in) {
    int count = in.count();
    List<Long> starts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) starts.add(in.number());
    return starts;
  }

  static List<Section> ofRow(byte[] row) {
    return pageOfRow(row).sections();
  }

  /// Sections with their number in front.
  static List<Section> read(RowReader in, Function<RowReader, BlobAt> blob) {
    int count = in.count();
    List<Section> sections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) sections.add(Section.read(in, blob));
    return sections;
  }
}
