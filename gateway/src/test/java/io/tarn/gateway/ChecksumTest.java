package io.tarn.gateway;

import static io.tarn.gateway.SummedUpload.ABC;
import static io.tarn.gateway.SummedUpload.CRC32;
import static io.tarn.gateway.SummedUpload.CRC32C;
import static io.tarn.gateway.SummedUpload.CRC64NVME;
import static io.tarn.gateway.SummedUpload.NONE;
import static io.tarn.gateway.SummedUpload.SHA1;
import static io.tarn.gateway.SummedUpload.header;
import static io.tarn.gateway.SummedUpload.named;
import static io.tarn.gateway.SummedUpload.sum;
import static io.tarn.store.ChecksumType.COMPOSITE;
import static io.tarn.store.ChecksumType.FULL_OBJECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.gateway.Wire.Answer;
import io.tarn.store.ChecksumType;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which checksums are taken, computed, kept, shown and refused, and with which words: as recorded
/// from S3.
class ChecksumTest {
  private static final String BUCKET = "checksums";
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

  // Where a checksum is told.

  interface Way {
    void put(String key);
  }

  private static Arguments way(String what, ChecksumAlgorithm algorithm, Way way) {
    return arguments(what, algorithm, way);
  }

  static Stream<Arguments> ways() {
    List<Arguments> ways = new ArrayList<>();
    ChecksumAlgorithm none = ChecksumAlgorithm.CRC64NVME;
    ways.add(way("put", none, key -> Client.ok(main.put(key, "abc"))));
    ways.add(
        way(
            "put with an MD5",
            none,
            key -> Client.ok(main.put(key, "abc", "Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="))));
    ways.add(way("put in chunks", none, key -> main.send(chunked(key, "", ""))));
    ways.add(way("copy of one", none, key -> copied(key, from())));
    ways.add(way("upload in parts", none, key -> upload(key)));
    ways.add(
        way(
            "copied part",
            none,
            key -> {
              var on = new SummedUpload(main, key);
              String upload = on.begin(null, COMPOSITE);
              String part = key + "?partNumber=1&uploadId=" + upload;
              Answer copy = main.ok("PUT " + part, "x-amz-copy-source", from());
              assertThat(copy.text()).doesNotContain("Checksum");
              Client.ok(on.finish(upload, ""));
            }));
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String value = sum(algorithm, ABC);
      ways.add(
          way(
              "put with " + algorithm,
              algorithm,
              key -> Client.ok(main.put(key, "abc", header(algorithm), value))));
      ways.add(
          way(
              "put with a trailer of " + algorithm,
              algorithm,
              key -> main.send(chunked(key, header(algorithm), value))));
      ways.add(
          way(
              "copy asking for " + algorithm,
              algorithm,
              key -> copied(key, from(), "x-amz-checksum-algorithm", algorithm.name())));
      ways.add(
          way(
              "copy of one with " + algorithm,
              algorithm,
              key -> {
                String source = key();
                Client.ok(main.put(source, "abc", header(algorithm), value));
                copied(key, source);
              }));
    }
    return ways.stream();
  }

  private static void upload(String key) {
    var on = new SummedUpload(main, key);
    Client.ok(on.finish(on.upload(null, COMPOSITE), ""));
  }

  private static String from() {
    String source = key();
    Client.ok(main.put(source, "abc"));
    return source;
  }

  private static void copied(String key, String source, String... headers) {
    Draft draft = new Draft("PUT " + key).header("x-amz-copy-source", source);
    for (int i = 0; i < headers.length; i += 2) draft.header(headers[i], headers[i + 1]);
    assertThat(Client.ok(main.send(draft)).text()).contains("<ChecksumType>FULL_OBJECT</ChecksumT");
  }

  private static Draft chunked(String key, String field, String value) {
    String trailer = field.isEmpty() ? "" : field + ":" + value + "\r\n";
    Draft draft =
        new Draft("PUT " + key)
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("x-amz-decoded-content-length", "3")
            .body("3\r\nabc\r\n0\r\n" + trailer + "\r\n");
    return field.isEmpty() ? draft : draft.header("x-amz-trailer", field);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void an_object_has_a_checksum_and_it_is_told(String what, ChecksumAlgorithm algorithm, Way way) {
    String key = key();
    way.put(key);
    String value = sum(algorithm, ABC);
    for (String method : List.of("GET ", "HEAD ")) {
      Answer asked = main.ok(method + key, "x-amz-checksum-mode", "ENABLED");
      assertThat(asked.header(header(algorithm))).isEqualTo(value);
      assertThat(asked.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
      assertThat(main.ok(method + key).headers().keySet()).noneMatch(ChecksumTest::isChecksum);
    }
    String range = "bytes=0-1";
    assertThat(main.ok("GET " + key, "x-amz-checksum-mode", "ENABLED", "Range", range).headers())
        .doesNotContainKey(header(algorithm));
    assertThat(main.ok("GET " + key + "?attributes", "x-amz-object-attributes", "Checksum").text())
        .contains(
            "<Checksum><Checksum%s>%s</Checksum%s><ChecksumType>FULL_OBJECT</ChecksumType>"
                .formatted(algorithm, value, algorithm));
    StoreUnderTest.require(Claim.LISTED_FACTS);
    String name = key.substring(key.lastIndexOf('/') + 1);
    for (String list : List.of("?prefix=", "?list-type=2&prefix=", "?versions&prefix=")) {
      assertThat(main.ok("GET /" + BUCKET + list + name).text())
          .contains("<ChecksumAlgorithm>" + algorithm + "</ChecksumAlgorithm>")
          .contains("<ChecksumType>FULL_OBJECT</ChecksumType>");
    }
  }

  private static boolean isChecksum(String header) {
    return header.startsWith("x-amz-checksum");
  }

  @Test
  void a_put_is_answered_with_its_checksum() {
    Answer silent = Client.ok(main.put(key(), "abc"));
    assertThat(silent.header("x-amz-checksum-crc64nvme"))
        .isEqualTo(sum(ChecksumAlgorithm.CRC64NVME, ABC));
    assertThat(silent.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    Answer named = Client.ok(main.put(key(), "abc", "x-amz-checksum-crc32", "NSRBwg=="));
    assertThat(named.headers())
        .containsEntry("x-amz-checksum-crc32", "NSRBwg==")
        .containsEntry("x-amz-checksum-type", "FULL_OBJECT")
        .doesNotContainKey("x-amz-checksum-crc64nvme");
  }

  // What is told of parts, with the values S3 told: 5 MiB and a byte of `a` twice, and ten more.

  private static final byte[] LARGE = "a".repeat((5 << 20) + 1).getBytes(UTF_8);
  private static final byte[] TAIL = "a".repeat(10).getBytes(UTF_8);

  static Stream<Arguments> recorded() {
    return Stream.of(
        arguments(NONE, "CRC64NVME", "ZMNX55lZurA=", "", ""),
        arguments(CRC64NVME, "CRC64NVME", "ZMNX55lZurA=", "Kg7TOs6algM=", "DBqAA21lxVU="),
        arguments(
            new SummedUpload.Begun(ChecksumAlgorithm.CRC32, FULL_OBJECT),
            "CRC32",
            "qSEQSA==",
            "NRU+Sw==",
            "TBHN8A=="),
        arguments(
            SHA1,
            "SHA1",
            "AyE60nyQoBgJcwsyPHWu7aJuxBs=-3",
            "bH71WIZUKQtUwR2wKSSkFjCRBPM=",
            "NJX/adNGcdHhWzOmPBN5/e3Toyo="),
        arguments(
            new SummedUpload.Begun(ChecksumAlgorithm.SHA256, COMPOSITE),
            "SHA256",
            "9o++y6AejqboiJ7MZCx0fahK2Vu5YC/qnNhhYsCLciI=-3",
            "DjU70AB1bON8k0n0fVHv2PJQVWcA/jWsITp6ti20Tbs=",
            "vyy1imj2hNlaO3jvj2Ycmk5bCegsyPnMiMzpBSjK6yc="));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void an_object_of_parts_tells_of_its_checksums_what_s3_tells(
      SummedUpload.Begun begun, String algorithm, String whole, String large, String tail) {
    String key = key();
    boolean composite = whole.endsWith("-3");
    ChecksumType type = composite ? COMPOSITE : FULL_OBJECT;
    String field = "x-amz-checksum-" + algorithm.toLowerCase(Locale.ROOT);
    String upload = new SummedUpload(main, key).begin(begun.algorithm(), begun.type());
    var document = new StringBuilder("<CompleteMultipartUpload>");
    for (int number = 1; number <= 3; number++) {
      Draft draft =
          new Draft("PUT " + key + "?partNumber=" + number + "&uploadId=" + upload)
              .body(number < 3 ? LARGE : TAIL);
      String value = number < 3 ? large : tail;
      if (!value.isEmpty()) draft.header(field, value);
      Answer part = Client.ok(main.send(draft));
      document.append("<Part><PartNumber>" + number + "</PartNumber><ETag>");
      document.append(part.header("etag") + "</ETag>");
      if (composite) {
        document.append("<Checksum%s>%s</Checksum%s>".formatted(algorithm, value, algorithm));
      }
      document.append("</Part>");
    }
    document.append("</CompleteMultipartUpload>");
    Draft completion = new Draft("POST " + key + "?uploadId=" + upload).body(document.toString());
    assertThat(Client.ok(main.send(completion)).text())
        .contains("4d45984fc3feb2ac9b22683c49674b56-3")
        .contains("<Checksum%s>%s</Checksum%s>".formatted(algorithm, whole, algorithm))
        .contains("<ChecksumType>" + type + "</ChecksumType>");
    Map<String, String> head = main.ok("HEAD " + key, "x-amz-checksum-mode", "ENABLED").headers();
    assertThat(head).containsEntry(field, whole).containsEntry("x-amz-checksum-type", type.name());
    for (String method : List.of("GET ", "HEAD ")) {
      Map<String, String> last =
          main.ok(method + key + "?partNumber=3", "x-amz-checksum-mode", "ENABLED").headers();
      assertThat(last).containsEntry("x-amz-mp-parts-count", "3");
      if (composite) {
        assertThat(last)
            .containsEntry(field, tail)
            .containsEntry("x-amz-checksum-type", "COMPOSITE");
      } else {
        assertThat(last.keySet()).noneMatch(ChecksumTest::isChecksum);
      }
    }
    StoreUnderTest.require(Claim.PART_LISTS);
    String attributes =
        main.ok("GET " + key + "?attributes", "x-amz-object-attributes", "Checksum,ObjectParts")
            .text();
    String uncounted = composite ? whole.substring(0, whole.length() - 2) : whole;
    assertThat(attributes)
        .contains("<Checksum%s>%s</Checksum%s>".formatted(algorithm, uncounted, algorithm));
    if (composite) {
      assertThat(attributes)
          .contains("<PartsCount>3</PartsCount><Part><PartNumber>1</PartNumber>")
          .contains("<Checksum%s>%s</Checksum%s>".formatted(algorithm, tail, algorithm));
    } else {
      assertThat(attributes).contains("<ObjectParts><PartsCount>3</PartsCount></ObjectParts>");
    }
  }

  @Test
  void an_object_of_one_part_tells_its_checksum_with_the_part() {
    for (SummedUpload.Begun begun : List.of(NONE, CRC32, CRC32C)) {
      String key = key();
      ChecksumAlgorithm algorithm = begun.algorithm();
      var on = new SummedUpload(main, key);
      String upload = on.upload(algorithm, begun.type());
      Client.ok(on.finish(upload, algorithm == null ? "" : named(algorithm, ABC)));
      Map<String, String> part =
          main.ok("HEAD " + key + "?partNumber=1", "x-amz-checksum-mode", "ENABLED").headers();
      ChecksumAlgorithm shown = algorithm == null ? ChecksumAlgorithm.CRC64NVME : algorithm;
      assertThat(part)
          .containsEntry(header(shown), sum(shown, ABC))
          .containsEntry(
              "x-amz-checksum-type", begun.equals(CRC32) ? COMPOSITE.name() : FULL_OBJECT.name());
    }
  }
}
