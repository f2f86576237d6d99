package io.tarn.testkit;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.store.Checksum;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.ETag;
import io.tarn.store.Part;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoreFailure.Reason;
import io.tarn.store.Upload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// What the chosen parts come to. Computed from the bytes where another store may compute from
/// sums.
record MemoryAssembly(List<Part> parts, byte[] bytes, ETag etag, Checksum checksum) {

  static void inOrder(CompleteUpload request) {
    if (request.parts().isEmpty()) {
      throw invalid(Reason.REQUEST, "You must specify at least one part");
    }
    int last = 0;
    for (var chosen : request.parts()) {
      if (chosen.number() <= last) {
        throw invalid(
                Reason.PART_ORDER,
                "The list of parts was not in ascending order. Parts must be ordered by part"
                    + " number.")
            .with("UploadId", request.upload().id());
      }
      last = chosen.number();
    }
  }

  static MemoryAssembly of(
      CompleteUpload request, MemoryBucket.OpenUpload open, long smallestPart) {
    Upload upload = open.upload;
    ChecksumType mode = upload.checksum() == null ? null : upload.checksumType();
    ChecksumType asked = request.expected().type();
    if (asked != null && asked != mode) {
      throw invalid(
          Reason.REQUEST,
          "The upload was created using the "
              + mode
              + " checksum mode. The complete request must use the same checksum mode.");
    }
    if (mode == ChecksumType.COMPOSITE) {
      for (int i = 0; i < request.parts().size(); i++) {
        if (request.parts().get(i).number() != i + 1) {
          throw invalid(Reason.PART_ORDER, "a gap").with("UploadId", request.upload().id());
        }
      }
    }
    List<Part> parts = new ArrayList<>();
    var bytes = new ByteArrayOutputStream();
    for (var chosen : request.parts()) {
      requireChecksum(chosen, upload);
      MemoryBucket.StoredPart stored = open.parts.get(chosen.number());
      if (stored == null || !stored.part().etag().equals(chosen.etag())) {
        throw noSuchPart(chosen, upload);
      }
      if (chosen.checksum().isPresent() && !sameSum(chosen.checksum(), stored.part().checksum())) {
        throw noSuchPart(chosen, upload);
      }
      parts.add(stored.part());
      bytes.writeBytes(stored.bytes());
    }
    for (int i = 0; i < parts.size() - 1; i++) {
      Part part = parts.get(i);
      if (part.size() < smallestPart) {
        throw invalid(Reason.PART_TOO_SMALL, "part " + part.number() + " is too small")
            .with("ProposedSize", part.size())
            .with("MinSizeAllowed", smallestPart)
            .with("PartNumber", part.number())
            .with("ETag", part.etag());
      }
    }
    Long size = request.expected().size();
    if (size != null && size != bytes.size()) {
      throw invalid(
          Reason.REQUEST,
          "The provided 'x-amz-mp-object-size' header value "
              + size
              + " does not match what was computed: "
              + bytes.size());
    }
    Checksum sum = checksum(upload, parts, bytes);
    Checksum expected = request.expected().checksum();
    ChecksumAlgorithm algorithm = upload.checksum();
    if (algorithm != null && expected.isPresent() && !sameSum(expected, sum)) {
      throw invalid(
          Reason.CHECKSUM,
          "The " + algorithm.text() + " you specified did not match the calculated checksum.");
    }
    return new MemoryAssembly(parts, bytes.toByteArray(), etag(parts), sum);
  }

  private static StoreFailure.Invalid invalid(Reason reason, String message) {
    return new StoreFailure.Invalid(reason, message);
  }

  private static StoreFailure.Invalid noSuchPart(CompleteUpload.Chosen chosen, Upload upload) {
    return invalid(Reason.PART, "part " + chosen.number() + " is not there or another one")
        .with("UploadId", upload.id())
        .with("PartNumber", chosen.number())
        .with("ETag", chosen.etag());
  }

  private static void requireChecksum(CompleteUpload.Chosen chosen, Upload upload) {
    Checksum claimed = chosen.checksum();
    ChecksumAlgorithm algorithm = upload.checksum();
    if (algorithm == null) {
      if (claimed.isPresent()) throw noSuchPart(chosen, upload);
    } else if (claimed.isPresent()) {
      if (claimed.algorithm() != algorithm) {
        throw invalid(
            Reason.CHECKSUM,
            "The %s you specified for part %d did not match what we received."
                .formatted(claimed.algorithm().text(), chosen.number()));
      }
    } else if (upload.checksumType() == ChecksumType.COMPOSITE) {
      throw invalid(
          Reason.REQUEST,
          ("The upload was created using a %s checksum. The complete request must include the"
                  + " checksum for each part. It was missing for part %d in the request.")
              .formatted(algorithm.text(), chosen.number()));
    }
  }

  private static boolean sameSum(Checksum a, Checksum b) {
    return a.algorithm() == b.algorithm() && a.text().equals(b.text());
  }

  private static ETag etag(List<Part> parts) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      for (Part part : parts) md5.update(HexFormat.of().parseHex(part.etag().text()));
      return new ETag(HexFormat.of().formatHex(md5.digest()) + "-" + parts.size());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Checksum checksum(Upload upload, List<Part> parts, ByteArrayOutputStream bytes) {
    ChecksumAlgorithm algorithm = upload.partChecksum();
    for (Part part : parts) {
      if (!part.checksum().isPresent() || part.checksum().algorithm() != algorithm) {
        if (upload.checksum() == null) return Checksum.NONE;
        throw new StoreFailure.Invalid(Reason.REQUEST, "no checksum");
      }
    }
    boolean whole = upload.checksum() == null || upload.checksumType() == ChecksumType.FULL_OBJECT;
    if (!whole) return composite(algorithm, parts);
    if (!algorithm.isCrc()) {
      throw new StoreFailure.Invalid(Reason.REQUEST, "no such checksum of a whole object");
    }
    return whole(algorithm, bytes.toByteArray());
  }

  private static Checksum whole(ChecksumAlgorithm algorithm, byte[] bytes) {
    ChecksumAlgorithm.Running running = algorithm.start();
    running.update(ByteBuffer.wrap(bytes));
    return Checksum.of(algorithm, running.value());
  }

  private static Checksum composite(ChecksumAlgorithm algorithm, List<Part> parts) {
    ChecksumAlgorithm.Running running = algorithm.start();
    for (Part part : parts) {
      running.update(ByteBuffer.wrap(Base64.getDecoder().decode(part.checksum().text())));
    }
    String sum = Base64.getEncoder().encodeToString(running.value());
    return new Checksum(algorithm, ChecksumType.COMPOSITE, sum + "-" + parts.size());
  }
}
