package io.tarn.store;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Digester;
import io.tarn.store.StoreFailure.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the chosen parts of an upload come to: checked against what the client believes, then added
/// up ("Multipart upload" and "Checking object integrity" in the S3 user guide).
public record Assembled(List<Part> parts, long size, ETag etag, Checksum checksum) {

  /// `there` is indexed by part number. Fails with [StoreFailure.Invalid].
  public static Assembled of(
      CompleteUpload request, Upload upload, @Nullable Part[] there, long smallest) {
    requireMode(request.expected().type(), upload);
    inOrder(request);
    if (isComposite(upload)) requireNoGap(request);
    List<Part> parts = new ArrayList<>(request.parts().size());
    for (CompleteUpload.Chosen chosen : request.parts()) {
      requireChecksum(chosen, upload);
      parts.add(chosen(chosen, there, upload));
    }
    for (Part part : parts.subList(0, parts.size() - 1)) {
      if (part.size() < smallest) throw tooSmall(part, smallest);
    }
    long size = 0;
    for (Part part : parts) size += part.size();
    Long expected = request.expected().size();
    if (expected != null && expected != size) {
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          "The provided 'x-amz-mp-object-size' header value %d does not match what was computed: %d"
              .formatted(expected, size));
    }
    Checksum checksum = checksum(request.expected().checksum(), upload, parts);
    return new Assembled(parts, size, etag(parts), checksum);
  }

  private static boolean isComposite(Upload upload) {
    return upload.checksum() != null && upload.checksumType() == ChecksumType.COMPOSITE;
  }

  private static void requireMode(@Nullable ChecksumType asked, Upload upload) {
    ChecksumType mode = upload.checksum() == null ? null : upload.checksumType();
    if (asked != null && asked != mode) {
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          ("The upload was created using the %s checksum mode. The complete request must use the"
                  + " same checksum mode.")
              .formatted(mode));
    }
  }

  /// Fails when no parts are named or not in ascending order.
  public static void inOrder(CompleteUpload request) {
    if (request.parts().isEmpty()) {
      throw new StoreFailure.Invalid(Reason.REQUEST, "You must specify at least one part");
    }
    int last = 0;
    for (CompleteUpload.Chosen chosen : request.parts()) {
      if (chosen.number() <= last) {
        throw outOfOrder(
            request,
            "The list of parts was not in ascending order. Parts must be ordered by part number.");
      }
      last = chosen.number();
    }
  }

  /// A checksum of checksums says how many there are, and not which.
  private static void requireNoGap(CompleteUpload request) {
    for (int i = 0; i < request.parts().size(); i++) {
      if (request.parts().get(i).number() != i + 1) {
        throw outOfOrder(
            request,
            "The parts of an upload with a composite checksum are numbered from 1 without a gap.");
      }
    }
  }

  private static StoreFailure.Invalid outOfOrder(CompleteUpload request, String message) {
    return new StoreFailure.Invalid(Reason.PART_ORDER, message)
        .with("UploadId", request.upload().id());
  }

  /// What the client says of a part must be of the kind that the upload is about.
  private static void requireChecksum(CompleteUpload.Chosen chosen, Upload upload) {
    ChecksumAlgorithm algorithm = upload.checksum();
    Checksum claimed = chosen.checksum();
    if (algorithm == null) {
      if (claimed.isPresent()) throw noSuchPart(chosen, upload); // none is known of it
    } else if (claimed.isPresent()) {
      if (claimed.algorithm() != algorithm) {
        throw new StoreFailure.Invalid(
            Reason.CHECKSUM,
            "The %s you specified for part %d did not match what we received."
                .formatted(claimed.algorithm().text(), chosen.number()));
      }
    } else if (isComposite(upload)) {
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          ("The upload was created using a %s checksum. The complete request must include the"
                  + " checksum for each part. It was missing for part %d in the request.")
              .formatted(algorithm.text(), chosen.number()));
    }
  }

  private static Part chosen(CompleteUpload.Chosen chosen, @Nullable Part[] there, Upload upload) {
    Part part = chosen.number() < there.length ? there[chosen.number()] : null;
    boolean same =
        part != null
            && part.etag().equals(chosen.etag())
            && (!chosen.checksum().isPresent()
                || chosen.checksum().text().equals(part.checksum().text()));
    if (part == null || !same) throw noSuchPart(chosen, upload);
    return part;
  }

  private static StoreFailure.Invalid noSuchPart(CompleteUpload.Chosen chosen, Upload upload) {
    return new StoreFailure.Invalid(
            Reason.PART, "part %d is not there or another one".formatted(chosen.number()))
        .with("UploadId", upload.id())
        .with("PartNumber", chosen.number())
        .with("ETag", chosen.etag());
  }

  private static StoreFailure.Invalid tooSmall(Part part, long smallest) {
    return new StoreFailure.Invalid(
            Reason.PART_TOO_SMALL, "part %d is too small".formatted(part.number()))
        .with("ProposedSize", part.size())
        .with("MinSizeAllowed", smallest)
        .with("PartNumber", part.number())
        .with("ETag", part.etag());
  }

  private static ETag etag(List<Part> parts) {
    var digester = new Digester(null);
    for (Part part : parts) {
      digester.update(ByteBuffer.wrap(HexFormat.of().parseHex(part.etag().text())));
    }
    return new ETag(HexFormat.of().formatHex(digester.finish().md5()) + '-' + parts.size());
  }

  private static Checksum checksum(Checksum expected, Upload upload, List<Part> parts) {
    ChecksumAlgorithm algorithm = upload.checksum();
    boolean all = true;
    for (Part part : parts) {
      all &= part.checksum().isPresent() && part.checksum().algorithm() == upload.partChecksum();
    }
    // Parts that an earlier version took without a checksum make an object without one.
    if (algorithm == null) return all ? whole(upload.partChecksum(), parts) : Checksum.NONE;
    if (!all) {
      throw new StoreFailure.Invalid(
          Reason.REQUEST,
          "A part has no %s checksum. Upload it again.".formatted(algorithm.text()));
    }
    Checksum checksum = isComposite(upload) ? composite(algorithm, parts) : whole(algorithm, parts);
    boolean same = expected.algorithm() == algorithm && expected.text().equals(checksum.text());
    if (expected.isPresent() && !same) {
      throw new StoreFailure.Invalid(
          Reason.CHECKSUM,
          "The %s you specified did not match the calculated checksum."
              .formatted(algorithm.text()));
    }
    return checksum;
  }

  private static Checksum whole(ChecksumAlgorithm algorithm, List<Part> parts) {
    if (!algorithm.isCrc()) {
      throw new StoreFailure.Invalid(
          Reason.REQUEST, algorithm + " of a whole object does not follow from its parts");
    }
    byte[] sum = value(parts.getFirst());
    for (Part part : parts.subList(1, parts.size())) {
      sum = algorithm.combine(sum, value(part), part.size());
    }
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
