package io.tarn.index;

import io.tarn.store.BlobId;
import io.tarn.store.Extent;
import io.tarn.store.Part;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stretch of an object's bytes that was written at once: all of a simple object, or one part.
record Section(@Nullable Part part, List<Extent> extents) {
  static final int FORMAT = 2;

  Section {
    extents = List.copyOf(extents);
  }

  /// The value of a `P` row.
  byte[] toRow() {
    var out = new RowWriter(FORMAT, 96);
    write(out);
    return out.done();
  }

  static Section ofRow(byte[] row) {
    return RowReader.read(row, FORMAT, Section::read);
  }

  void write(RowWriter out) {
    if (part == null) out.number(0);
    else
      out.number(part.number())
          .number(part.size())
          .etag(part.etag())
          .number(part.modified().toEpochMilli())
          .checksum(part.checksum());
    out.number(extents.size());
    for (Extent extent : extents)
      out.raw(extent.blob().text().getBytes(StandardCharsets.ISO_8859_1))
          .number(extent.offset())
          .number(extent.length());
  }

  static Section read(RowReader in) {
    int number = (int) in.number();
    Part part =
        number == 0
            ? null
            : new Part(
                number, in.number(), in.etag(), Instant.ofEpochMilli(in.number()), in.checksum());
    int count = in.count();
    if (count == 1) return new Section(part, List.of(extent(in)));
    List<Extent> extents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) extents.add(extent(in));
    return new Section(part, extents);
  }

  private static Extent extent(RowReader in) {
    var blob = new BlobId(new String(in.raw(26), StandardCharsets.ISO_8859_1));
    return new Extent(blob, in.number(), in.number());
  }
}
