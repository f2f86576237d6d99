package io.tarn.index;

import io.tarn.store.Checksum;
import io.tarn.store.ChecksumAlgorithm;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Digester;
import io.tarn.store.ETag;
import io.tarn.store.Part;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Upload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the chosen parts of an upload come to: checked against what the client believes, then added
/// up ("Multipart upload" and "Checking object integrity" in the S3 user guide).
record Assembled(List<Part> parts, long size, ETag etag, Checksum checksum) {

  /// `there` is indexed by part number. Fails with [StoreFailure.Invalid].
  static Assembled of(
      CompleteUpload request, Upload upload, @Nullable Part[] there, long smallest) {
    List<Part> parts = chosen(request, there, smallest);
    long size = 0;
    for (Part part : parts) size += part.size();
    if (request.expectedSize() != null && request.expectedSize() != size)
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          "the object has %d bytes, not %d".formatted(size, request.expectedSize()));
    return new Assembled(parts, size, etag(parts), checksum(request.expected(), upload, parts));
  }

  /// Fails when no parts are named or not in ascending order.
  static void inOrder(CompleteUpload request) {
    if (request.parts().isEmpty())
      throw new StoreFailure.Invalid(
          Reason.REQUEST, "an upload is completed with at least one part");
    int last = 0;
    for (CompleteUpload.Chosen chosen : request.parts()) {
      if (chosen.number() <= last)
        throw new StoreFailure.Invalid(Reason.PART_ORDER, "parts must be named in ascending order");
      last = chosen.number();
    }
  }

  private static List<Part> chosen(CompleteUpload request, @Nullable Part[] there, long smallest) {
    inOrder(request);
    List<Part> parts = new ArrayList<>(request.parts().size());
    for (CompleteUpload.Chosen chosen : request.parts()) {
      Part part = chosen.number() < there.length ? there[chosen.number()] : null;
      if (part == null || !part.etag().equals(chosen.etag()) || !agree(chosen.checksum(), part))
        throw new StoreFailure.Invalid(
            Reason.PART, "part %d is not there or another one".formatted(chosen.number()));
      parts.add(part);
    }
    for (Part part : parts.subList(0, parts.size() - 1))
      if (part.size() < smallest)
        throw new StoreFailure.Invalid(
            Reason.PART_TOO_SMALL,
            "part %d has %d bytes, fewer than %d".formatted(part.number(), part.size(), smallest));
    return parts;
  }

  private static boolean agree(Checksum claimed, Part part) {
    return !claimed.isPresent()
        || (claimed.algorithm() == part.checksum().algorithm()
            && claimed.text().equals(part.checksum().text()));
  }

  private static ETag etag(List<Part> parts) {
    var digester = new Digester(null);
    for (Part part : parts)
      digester.update(ByteBuffer.wrap(HexFormat.of().parseHex(part.etag().text())));
    return new ETag(HexFormat.of().formatHex(digester.finish().md5()) + '-' + parts.size());
  }

  private static Checksum checksum(Checksum expected, Upload upload, List<Part> parts) {
    ChecksumAlgorithm algorithm = upload.checksum();
    ChecksumType type = upload.checksumType();
    if (algorithm == null) {
      if (!expected.isPresent()) return Checksum.NONE;
      algorithm = expected.algorithm();
      type = expected.type();
    }
    for (Part part : parts)
      if (!part.checksum().isPresent() || part.checksum().algorithm() != algorithm)
        throw new StoreFailure.Invalid(
            Reason.REQUEST, "part %d has no %s".formatted(part.number(), algorithm));
    Checksum checksum =
        type == ChecksumType.FULL_OBJECT ? whole(algorithm, parts) : composite(algorithm, parts);
    if (expected.isPresent()
        && !(expected.algorithm() == algorithm && expected.text().equals(checksum.text())))
      throw new StoreFailure.Invalid(
          Reason.CHECKSUM, "the object's checksum is " + checksum.text());
    return checksum;
  }

  private static Checksum whole(ChecksumAlgorithm algorithm, List<Part> parts) {
    if (!algorithm.isCrc())
      throw new StoreFailure.Invalid(
          Reason.REQUEST, algorithm + " of a whole object does not follow from its parts");
    byte[] sum = value(parts.getFirst());
    for (Part part : parts.subList(1, parts.size()))
      sum = algorithm.combine(sum, value(part), part.size());
    return Checksum.of(algorithm, sum);
  }

  private static Checksum composite(ChecksumAlgorithm algorithm, List<Part> parts) {
    ChecksumAlgorithm.Running running = algorithm.start();
    for (Part part : parts) running.update(ByteBuffer.wrap(value(part)));
    String text = Base64.getEncoder().encodeToString(running.value()) + '-' + parts.size();
    return new Checksum(algorithm, ChecksumType.COMPOSITE, text);
  }

  private static byte[] value(Part part) {
    return Base64.getDecoder().decode(part.checksum().text());
  }
}
