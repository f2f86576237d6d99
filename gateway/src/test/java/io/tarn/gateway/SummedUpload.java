package io.tarn.gateway;

import static io.tarn.store.ChecksumType.COMPOSITE;
import static io.tarn.store.ChecksumType.FULL_OBJECT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.gateway.Wire.Answer;
import io.tarn.store.ChecksumType;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Uploads of the one part `abc`, and the checksums of it.
record SummedUpload(Client client, String key) {
  static final byte[] ABC = "abc".getBytes(UTF_8);
  static final String ETAG = "900150983cd24fb0d6963f7d28e17f72";

  /// With which algorithm and for what an upload was begun.
  record Begun(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {
    @Override
    public String toString() {
      return algorithm == null ? "none" : algorithm + " " + type;
    }
  }

  static final Begun NONE = new Begun(null, COMPOSITE);
  static final Begun SHA1 = new Begun(ChecksumAlgorithm.SHA1, COMPOSITE);
  static final Begun CRC32 = new Begun(ChecksumAlgorithm.CRC32, COMPOSITE);
  static final Begun CRC32C = new Begun(ChecksumAlgorithm.CRC32C, FULL_OBJECT);
  static final Begun CRC64NVME = new Begun(ChecksumAlgorithm.CRC64NVME, FULL_OBJECT);

  static String sum(ChecksumAlgorithm algorithm, byte[] bytes) {
    ChecksumAlgorithm.Running running = algorithm.start();
    running.update(ByteBuffer.wrap(bytes));
    return Base64.getEncoder().encodeToString(running.value());
  }

  static String header(ChecksumAlgorithm algorithm) {
    return "x-amz-checksum-" + lower(algorithm);
  }

  static String lower(ChecksumAlgorithm algorithm) {
    return algorithm.name().toLowerCase(Locale.ROOT);
  }

  String begin(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {
    var draft = new Draft("POST " + key + "?uploads");
    if (algorithm != null) {
      draft
          .header("x-amz-checksum-algorithm", algorithm.name())
          .header("x-amz-checksum-type", type.name());
    }
    String text = Client.ok(client.send(draft)).text();
    return text.substring(text.indexOf("<UploadId>") + 10, text.indexOf("</UploadId>"));
  }

  Answer part(String upload, String... headers) {
    return client.put(key + "?partNumber=1&uploadId=" + upload, "abc", headers);
  }

  /// One with the part `abc`, vouched for as the upload wants it.
  String upload(@Nullable ChecksumAlgorithm algorithm, ChecksumType type) {
    String upload = begin(algorithm, type);
    ChecksumAlgorithm sent = algorithm == null ? ChecksumAlgorithm.CRC32C : algorithm;
    Client.ok(part(upload, header(sent), sum(sent, ABC)));
    return upload;
  }

  /// `named` is what the document says of the checksum of the part.
  Answer finish(String upload, String named, String... headers) {
    Draft draft =
        new Draft("POST " + key + "?uploadId=" + upload)
            .body(
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
                    + ETAG
                    + "</ETag>"
                    + named
                    + "</Part></CompleteMultipartUpload>");
    for (int i = 0; i < headers.length; i += 2) draft.header(headers[i], headers[i + 1]);
    return client.send(draft);
  }

  static String named(ChecksumAlgorithm algorithm, byte[] bytes) {
    return "<Checksum%s>%s</Checksum%s>".formatted(algorithm, sum(algorithm, bytes), algorithm);
  }
}
