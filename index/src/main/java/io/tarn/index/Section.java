package io.tarn.index;

import io.tarn.rows.RowReader;
import io.tarn.rows.RowWriter;
import io.tarn.store.BlobAt;
import io.tarn.store.Extent;
import io.tarn.store.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A stretch of an object's bytes that was written at once: all of a simple object, or one part.
///
/// Rows of format 2, and sections in object rows and manifests of that time, name blobs but not
/// their volume; they are read for ever, and written no more. Where each blob has one holder, rows
/// have the older format, which has no room for more.
record Section(@Nullable Part part, List<Extent> extents) {
  static final int FORMAT = 23;
  static final int ONE_HOLDER = 11;
  static final int WITHOUT_VOLUMES = 2;

  Section {
    extents = List.copyOf(extents);
  }

  long length() {
    long length = 0;
    for (Extent extent : extents) length += extent.length();
    return length;
  }

  /// Whether one of the blobs has several holders.
  static boolean haveHolders(List<Section> sections) {
    for (Section section : sections) {
      for (Extent extent : section.extents) {
        if (!extent.blob().others().isEmpty()) return true;
      }
    }
    return false;
  }

  /// The value of a `P` row.
  byte[] toRow() {
    boolean held = haveHolders(List.of(this));
    var out = new RowWriter(held ? FORMAT : ONE_HOLDER, 96);
    write(out, held ? RowWriter::heldBlob : RowWriter::blob);
    return out.done();
  }

  static Section ofRow(byte[] row) {
    return switch (RowReader.format(row)) {
      case WITHOUT_VOLUMES ->
          RowReader.read(row, WITHOUT_VOLUMES, in -> read(in, RowReader::blobOnSomeVolume));
      case ONE_HOLDER -> RowReader.read(row, ONE_HOLDER, in -> read(in, RowReader::blob));
      default -> RowReader.read(row, FORMAT, in -> read(in, RowReader::heldBlob));
    };
  }

  /// `blob` writes a blob as the format of the row has it.
  void write(RowWriter out, BiFunction<RowWriter, BlobAt, RowWriter> blob) {
    if (part == null) {
      out.number(0);
    } else {
      out.number(part.number())
          .number(part.size())
          .etag(part.etag())
          .number(part.modified().toEpochMilli())
          .checksum(part.checksum());
    }
    out.number(extents.size());
    for (Extent extent : extents) {
      blob.apply(out, extent.blob()).number(extent.offset()).number(extent.length());
    }
  }

  /// Reads what [#write] wrote; `blob` reads a blob as it was written at the time.
  static Section read(RowReader in, Function<RowReader, BlobAt> blob) {
    int number = (int) in.number();
    Part part =
        number == 0
            ? null
            : new Part(
                number, in.number(), in.etag(), Instant.ofEpochMilli(in.number()), in.checksum());
    int count = in.count();
    if (count == 1) return new Section(part, List.of(extent(in, blob)));
    List<Extent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) extents.add(extent(in, blob));
    return new Section(part, extents);
  }

  private static Extent extent(RowReader in, Function<RowReader, BlobAt> blob) {
    return new Extent(blob.apply(in), in.number(), in.number());
  }
}
