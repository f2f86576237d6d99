package io.tarn.gateway;

import static io.tarn.gateway.SummedUpload.ABC;
import static io.tarn.gateway.SummedUpload.CRC32;
import static io.tarn.gateway.SummedUpload.CRC32C;
import static io.tarn.gateway.SummedUpload.CRC64NVME;
import static io.tarn.gateway.SummedUpload.NONE;
import static io.tarn.gateway.SummedUpload.SHA1;
import static io.tarn.gateway.SummedUpload.header;
import static io.tarn.gateway.SummedUpload.lower;
import static io.tarn.gateway.SummedUpload.named;
import static io.tarn.gateway.SummedUpload.sum;
import static io.tarn.store.ChecksumType.COMPOSITE;
import static io.tarn.store.ChecksumType.FULL_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.gateway.Wire.Answer;
import io.tarn.store.ChecksumType;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Which checksums parts and completions may and must bring, and with which words others are
/// refused: as recorded from S3.
class UploadChecksumTest {
  private static final String BUCKET = "upload-checksums";
  private static final AtomicInteger KEYS = new AtomicInteger();

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  @BeforeAll
  static void start() {
    server = new TestServer(directory);
    main = new Client(server, "main");
    main.ok("PUT /" + BUCKET);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String key() {
    return "/" + BUCKET + "/key-" + KEYS.incrementAndGet();
  }

  /// Every upload × whatever a part brings.
  @ParameterizedTest
  @EnumSource
  void a_part_brings_the_checksum_of_the_upload_or_none_where_it_can_be_computed(
      ChecksumAlgorithm sent) {
    String[] right = {header(sent), sum(sent, ABC)};
    String[] wrong = {header(sent), sum(sent, new byte[] {1})};
    String[] malformed = {header(sent), "bad"};
    String badDigest =
        "BadDigest The " + sent + " you specified did not match the calculated checksum.";
    String invalid = "InvalidRequest Value for " + header(sent) + " header is invalid.";
    String key = key();
    var on = new SummedUpload(main, key);
    String free = on.begin(null, COMPOSITE);
    Answer kept = Client.ok(on.part(free, right));
    assertThat(kept.headers())
        .containsEntry(header(sent), sum(sent, ABC))
        .doesNotContainKey("x-amz-checksum-type");
    assertThat(said(on.part(free, wrong))).isEqualTo(badDigest);
    assertThat(said(on.part(free, malformed))).isEqualTo(invalid);
    assertThat(Client.ok(on.part(free)).headers().keySet())
        .noneMatch(name -> name.startsWith("x-amz-checksum"));
    assertThat(main.ok("GET " + key + "?uploadId=" + free).text()).doesNotContain("Checksum");
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      for (ChecksumType type : ChecksumType.values()) {
        if (!fits(algorithm, type)) continue;
        String upload = on.begin(algorithm, type);
        String mismatch =
            "InvalidRequest Checksum Type mismatch occurred, expected checksum Type: "
                + lower(algorithm)
                + ", actual checksum Type: ";
        Answer given = on.part(upload, right);
        if (sent == algorithm) {
          assertThat(Client.ok(given).header(header(sent))).isEqualTo(sum(sent, ABC));
          assertThat(said(on.part(upload, wrong))).isEqualTo(badDigest);
          assertThat(main.ok("GET " + key + "?uploadId=" + upload).text())
              .contains("<ChecksumAlgorithm>" + algorithm)
              .contains(named(algorithm, ABC));
        } else {
          assertThat(said(given)).isEqualTo(mismatch + lower(sent));
        }
        assertThat(said(on.part(upload, malformed))).isEqualTo(invalid);
        Answer silent = on.part(upload);
        if (type == COMPOSITE) {
          assertThat(said(silent)).isEqualTo(mismatch + "null");
        } else {
          assertThat(Client.ok(silent).header(header(algorithm))).isEqualTo(sum(algorithm, ABC));
        }
      }
    }
  }

  private static boolean fits(ChecksumAlgorithm algorithm, ChecksumType type) {
    return type == FULL_OBJECT ? algorithm.isCrc() : algorithm != ChecksumAlgorithm.CRC64NVME;
  }

  private static String said(Answer answer) {
    if (answer.status() == 200) return "200";
    String text = answer.text();
    int at = text.indexOf("<Message>") + 9;
    return answer.code() + " " + text.substring(at, text.indexOf("</Message>"));
  }

  // Completions.

  private static Arguments row(
      SummedUpload.Begun begun, String named, String said, String... headers) {
    return arguments(begun, named, List.of(headers), said);
  }

  static Stream<Arguments> completions() {
    String crc32c = "x-amz-checksum-crc32c";
    String type = "x-amz-checksum-type";
    String nothing = "";
    String missing =
        "InvalidRequest The upload was created using a %s checksum. The complete request must"
            + " include the checksum for each part. It was missing for part 1 in the request.";
    String mode =
        "InvalidRequest The upload was created using the %s checksum mode. The complete request"
            + " must use the same checksum mode.";
    String part =
        "InvalidPart One or more of the specified parts could not be found.  The part may not have"
            + " been uploaded, or the specified entity tag may not match the part's entity tag.";
    String other = "BadDigest The %s you specified for part 1 did not match what we received.";
    String wrong = "BadDigest The %s you specified did not match the calculated checksum.";
    String crc = sum(ChecksumAlgorithm.CRC32C, ABC);
    String composite = compositeOf(ChecksumAlgorithm.CRC32);
    String ofSha1 = named(ChecksumAlgorithm.SHA1, ABC);
    String ofCrc32 = named(ChecksumAlgorithm.CRC32, ABC);
    String ofCrc32c = named(ChecksumAlgorithm.CRC32C, ABC);
    String ofSha256 = named(ChecksumAlgorithm.SHA256, ABC);
    String twice = "InvalidArgument Invalid Base64 or multiple checksums present in request";
    return Stream.of(
        row(NONE, nothing, "200"),
        row(NONE, nothing, "200", crc32c, crc + "-2"),
        row(NONE, nothing, "200", crc32c, "AAAAAA=="),
        row(NONE, nothing, "200", "x-amz-checksum-crc64nvme", "vqf3hRLTlJw="),
        row(NONE, ofCrc32c, part),
        row(NONE, ofSha256, part),
        row(NONE, named(ChecksumAlgorithm.CRC64NVME, ABC), part),
        row(NONE, nothing, mode.formatted("null"), type, "FULL_OBJECT"),
        row(NONE, nothing, mode.formatted("null"), type, "COMPOSITE"),
        row(SHA1, ofSha1, "200"),
        row(SHA1, ofSha1, "200", type, "COMPOSITE"),
        row(SHA1, ofSha1, "200", "x-amz-checksum-sha1", compositeOf(ChecksumAlgorithm.SHA1)),
        row(SHA1, nothing, missing.formatted("sha1")),
        row(SHA1, ofSha256, other.formatted("sha256")),
        row(SHA1, named(ChecksumAlgorithm.SHA1, new byte[3]), part),
        row(SHA1, nothing, mode.formatted("COMPOSITE"), type, "FULL_OBJECT"),
        row(SHA1, ofSha1, wrong.formatted("sha1"), "x-amz-checksum-sha1", sha1(new byte[1]) + "-1"),
        row(SHA1, ofSha1, wrong.formatted("sha1"), "x-amz-checksum-sha1", sha1(ABC)),
        row(SHA1, ofSha1 + ofSha256, twice),
        row(CRC32, ofCrc32, "200"),
        row(CRC32, ofCrc32, "200", "x-amz-checksum-crc32", composite),
        row(CRC32, ofCrc32, "200", "x-amz-checksum-crc32", composite, type, "COMPOSITE"),
        row(CRC32, nothing, missing.formatted("crc32")),
        row(CRC32, ofSha256, other.formatted("sha256")),
        row(CRC32, "<ChecksumCRC32>invalid_checksum</ChecksumCRC32>", twice),
        row(
            CRC32,
            "<ChecksumSHA512>AAAA</ChecksumSHA512>",
            "NotImplemented ChecksumSHA512 is not implemented."),
        row(CRC32C, ofCrc32c, "200"),
        row(CRC32C, nothing, "200"),
        row(CRC32C, nothing, "200", type, "full_object"),
        row(CRC32C, ofCrc32c, "200", crc32c, crc, type, "FULL_OBJECT"),
        row(CRC32C, ofCrc32c, mode.formatted("FULL_OBJECT"), type, "COMPOSITE"),
        row(CRC32C, ofCrc32c, wrong.formatted("crc32c"), crc32c, crc + "-1"),
        row(CRC32C, ofCrc32c, wrong.formatted("crc32c"), crc32c, "AAAAAA==", type, "FULL_OBJECT"),
        row(CRC32C, ofCrc32c, wrong.formatted("crc32c"), "x-amz-checksum-crc32", "AAAAAA=="),
        row(CRC32C, ofSha256, other.formatted("sha256")),
        row(CRC32C, named(ChecksumAlgorithm.CRC32C, new byte[3]), part),
        row(CRC64NVME, nothing, "200"),
        row(CRC64NVME, named(ChecksumAlgorithm.CRC64NVME, ABC), "200"),
        row(
            CRC64NVME,
            nothing,
            wrong.formatted("crc64nvme"),
            "x-amz-checksum-crc64nvme",
            "vqf3hRLTlJw="),
        row(
            CRC32C,
            nothing,
            "InvalidRequest Expecting a single x-amz-checksum- header. Multiple checksum Types are"
                + " not allowed.",
            crc32c,
            crc,
            "x-amz-checksum-crc32",
            "x"),
        row(CRC32C, nothing, invalid(crc32c), crc32c, "invalid_crc32c"),
        row(
            CRC32,
            ofCrc32,
            invalid("x-amz-checksum-crc32"),
            "x-amz-checksum-crc32",
            "ImIEBA==-smth"),
        row(
            CRC32,
            ofCrc32,
            invalid("x-amz-checksum-crc32"),
            "x-amz-checksum-crc32",
            "ImIEBA==-12a"),
        row(
            CRC32,
            ofCrc32,
            invalid("x-amz-checksum-crc32"),
            "x-amz-checksum-crc32",
            "ImIEBA==-1-2"),
        row(CRC32, ofCrc32, invalid("x-amz-checksum-crc32"), "x-amz-checksum-crc32", "ImIEBA==--3"),
        row(CRC32, ofCrc32, invalid("x-amz-checksum-crc32"), "x-amz-checksum-crc32", "ImIEBA==-"),
        row(CRC32, ofCrc32, invalid(type), type, "invalid"),
        row(
            CRC32,
            ofCrc32,
            "InvalidRequest The algorithm type you specified in x-amz-checksum- header is invalid.",
            "x-amz-checksum-foo",
            "AAAA"));
  }

  private static String invalid(String header) {
    return "InvalidRequest Value for " + header + " header is invalid.";
  }

  private static String sha1(byte[] bytes) {
    return sum(ChecksumAlgorithm.SHA1, bytes);
  }

  /// Of one part.
  private static String compositeOf(ChecksumAlgorithm algorithm) {
    return sum(algorithm, Base64.getDecoder().decode(sum(algorithm, ABC))) + "-1";
  }

  @ParameterizedTest
  @MethodSource("completions")
  void a_completion_fits_its_upload(
      SummedUpload.Begun begun, String named, List<String> headers, String said) {
    String key = key();
    var on = new SummedUpload(main, key);
    String upload = on.upload(begun.algorithm(), begun.type());
    Answer answer = on.finish(upload, named, headers.toArray(new String[0]));
    assertThat(said(answer)).isEqualTo(said);
    if (answer.status() != 200) {
      assertThat(main.call("GET " + key).code()).isEqualTo("NoSuchKey");
      return;
    }
    ChecksumAlgorithm algorithm =
        begun.algorithm() == null ? ChecksumAlgorithm.CRC64NVME : begun.algorithm();
    boolean composite = begun.algorithm() != null && begun.type() == COMPOSITE;
    String value = composite ? compositeOf(algorithm) : sum(algorithm, ABC);
    assertThat(answer.text())
        .contains(
            "<Checksum%s>%s</Checksum%s><ChecksumType>%s</ChecksumType>"
                .formatted(algorithm, value, algorithm, composite ? COMPOSITE : FULL_OBJECT));
  }

  /// The first byte of a size, and what is said of it.
  static Stream<Arguments> sizes() {
    String header = "InvalidRequest Value for x-amz-mp-object-size header is ";
    return Stream.of(
        arguments("3", "200"),
        arguments(
            "5",
            "InvalidRequest The provided 'x-amz-mp-object-size' header value 5 does not match what"
                + " was computed: 3"),
        arguments("-1", header + "less than zero: '-1'"),
        arguments("-", header + "invalid: '-'"),
        arguments("three", header + "invalid: 'three'"));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void the_size_a_completion_expects_is_checked(String size, String said) {
    var on = new SummedUpload(main, key());
    String upload = on.upload(null, COMPOSITE);
    assertThat(said(on.finish(upload, "", "x-amz-mp-object-size", size))).isEqualTo(said);
  }

  @Test
  void only_checksums_of_checksums_want_their_parts_without_a_gap() {
    for (SummedUpload.Begun begun : List.of(NONE, SHA1, CRC32, CRC32C, CRC64NVME)) {
      String key = key();
      var on = new SummedUpload(main, key);
      String upload = on.begin(begun.algorithm(), begun.type());
      ChecksumAlgorithm algorithm = begun.algorithm();
      String[] checksum =
          algorithm == null ? new String[0] : new String[] {header(algorithm), sum(algorithm, ABC)};
      Client.ok(main.put(key + "?partNumber=2&uploadId=" + upload, "abc", checksum));
      String named = algorithm == null ? "" : named(algorithm, ABC);
      Draft draft =
          new Draft("POST " + key + "?uploadId=" + upload)
              .body(
                  "<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>"
                      + SummedUpload.ETAG
                      + "</ETag>"
                      + named
                      + "</Part></CompleteMultipartUpload>");
      Answer answer = main.send(draft);
      boolean composite = algorithm != null && begun.type() == COMPOSITE;
      if (composite) {
        assertThat(answer.code()).isEqualTo("InvalidPartOrder");
      } else {
        Client.ok(answer);
      }
    }
  }
}
