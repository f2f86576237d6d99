package io.tarn.tree;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.ETag;
import io.tarn.store.Part;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The parts that an object came in, as a text: a line for each, and before them the upload.
final class PartList {
  private static final String NO_CHECKSUM = "-";
  private static final int MOST_BYTES = 4 << 20; // ten thousand lines are half of it

  private PartList() {}

  static ByteBuffer text(String upload, List<Part> parts) {
    StringBuilder text = new StringBuilder(upload).append('\n');
    for (Part part : parts) {
      Checksum checksum = part.checksum();
      text.append(part.number()).append(' ').append(part.size()).append(' ').append(part.etag());
      text.append(' ').append(part.modified().toEpochMilli()).append(' ');
      text.append(checksum.algorithm()).append(' ');
      text.append(checksum.isPresent() ? checksum.text() : NO_CHECKSUM).append('\n');
    }
    return StandardCharsets.UTF_8.encode(text.toString());
  }

  /// The upload that the list is about.
  static String upload(Descriptor file) throws CallFailed {
    return lines(file)[0];
  }

  static List<Part> read(Descriptor file) throws CallFailed {
    String[] lines = lines(file);
    var parts = new ArrayList<Part>(lines.length);
    try {
      for (int i = 1; i < lines.length; i++) parts.add(part(lines[i].split(" ")));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new StoreFailure.Corrupt("the list of the parts of an object cannot be read", e);
    }
    return parts;
  }

  private static Part part(String[] fields) {
    Checksum checksum =
        fields[5].equals(NO_CHECKSUM)
            ? Checksum.NONE
            : new Checksum(
                ChecksumAlgorithm.valueOf(fields[4]), ChecksumType.FULL_OBJECT, fields[5]);
    return new Part(
        Integer.parseInt(fields[0]),
        Long.parseLong(fields[1]),
        new ETag(fields[2]),
        Instant.ofEpochMilli(Long.parseLong(fields[3])),
        checksum);
  }

  private static String[] lines(Descriptor file) throws CallFailed {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(MOST_BYTES, file.state().size()));
    file.read(bytes, 0);
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString().split("\n");
  }
}
