package io.tarn.index;

import io.tarn.store.BlobAt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Long lists of sections, cut into `M` rows. Format 9 was that of rows whose extents did not name
/// their volumes.
final class Manifests {
  static final int FORMAT = 12;
  private static final int WITHOUT_VOLUMES = 9;

  /// So many sections stand in the object's row itself; more would make listings read them.
  static final int IN_ROW = 8;

  private static final int PER_CHUNK = 512;

  private Manifests() {}

  /// Where the sections go; adds `M` rows to the plan if they are many.
  static Whereabouts write(Plan plan, List<Section> sections) {
    if (sections.size() <= IN_ROW) return new Whereabouts.Listed(sections);
    int chunks = 0;
    for (int from = 0; from < sections.size(); from += PER_CHUNK) {
      int to = Math.min(sections.size(), from + PER_CHUNK);
      plan.putNew(RowKeys.manifest(plan.token(), chunks++), toRow(sections.subList(from, to)));
    }
    return new Whereabouts.Manifest(chunks);
  }

  static byte[] toRow(List<Section> sections) {
    var out = new RowWriter(FORMAT, 96 * sections.size()).number(sections.size());
    for (Section section : sections) section.write(out);
    return out.done();
  }

  static List<Section> ofRow(byte[] row) {
    return RowReader.format(row) == WITHOUT_VOLUMES
        ? RowReader.read(row, WITHOUT_VOLUMES, in -> read(in, RowReader::blobOnSomeVolume))
        : RowReader.read(row, FORMAT, in -> read(in, RowReader::blob));
  }

  /// Sections with their number in front.
  static List<Section> read(RowReader in, Function<RowReader, BlobAt> blob) {
    int count = in.count();
    List<Section> sections = new ArrayList<>(count);
    for (int i = 0; i < count; i++) sections.add(Section.read(in, blob));
    return sections;
  }
}
