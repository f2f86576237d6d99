package io.tarn.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Checksum;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/// What a server says of itself, as questions and answers of one line each, so that they can be
/// kept in a file and asked again of a later release. A question keeps its meaning and the form of
/// its answer for good; a release that has more to show gets further questions.
final class FormatFacts {
  private static final String REFUSED = "refused: ";

  /// A question, about what, and the answer; a line of text with tabs in between.
  record Fact(Question question, List<String> about, String answer) {
    String line() {
      return "%s\t%s\t%s".formatted(question, String.join("\t", about), answer);
    }

    /// Refusals are behaviour, not what is stored.
    boolean isRefusal() {
      return answer.startsWith(REFUSED);
    }

    static Fact of(String line) {
      List<String> words = List.of(line.split("\t", -1));
      return new Fact(
          Question.valueOf(words.getFirst()), words.subList(1, words.size() - 1), words.getLast());
    }
  }

  enum Question {
    KEYS,
    VERSIONS,
    UPLOADS,
    PARTS,
    BYTES,
    HEAD,
    TAGS,
    ACL,
    ATTRIBUTES,
    BUCKET_VERSIONING,
    BUCKET_TAGS,
    BUCKET_POLICY,
    BUCKET_ACL,
    BUCKETS_OF,
    TENANTS,
    USER,
    KEY,
    POLICY
  }

  private final ServerProcess server;
  private final Map<String, S3Client> clients;

  /// `clients` by the name that stands in the facts.
  FormatFacts(ServerProcess server, Map<String, S3Client> clients) {
    this.server = server;
    this.clients = clients;
  }

  /// All there is to say about a bucket, as seen by the client of that name.
  List<Fact> ofBucket(String as, String bucket) throws IOException {
    var facts = new ArrayList<Fact>();
    for (Question question :
        List.of(
            Question.KEYS,
            Question.VERSIONS,
            Question.UPLOADS,
            Question.BUCKET_VERSIONING,
            Question.BUCKET_TAGS,
            Question.BUCKET_POLICY,
            Question.BUCKET_ACL)) {
      facts.add(asked(question, as, bucket));
    }
    S3Client client = client(as);
    for (ObjectVersion each : client.listObjectVersions(r -> r.bucket(bucket)).versions()) {
      facts.addAll(ofVersion(as, bucket, each.key(), each.versionId()));
    }
    for (MultipartUpload each : client.listMultipartUploads(r -> r.bucket(bucket)).uploads()) {
      facts.add(asked(Question.PARTS, as, bucket, each.key(), each.uploadId()));
    }
    return facts;
  }

  List<Fact> ofVersion(String as, String bucket, String key, String version) throws IOException {
    var facts = new ArrayList<Fact>();
    for (Question question :
        List.of(Question.BYTES, Question.HEAD, Question.TAGS, Question.ACL, Question.ATTRIBUTES)) {
      facts.add(asked(question, as, bucket, key, version));
    }
    return facts;
  }

  Fact asked(Question question, String... about) throws IOException {
    return new Fact(question, List.of(about), ask(question, List.of(about)));
  }

  /// The answer of today. Tabs and line ends are made visible.
  String ask(Question question, List<String> about) throws IOException {
    return answer(question, about).replace("\t", "\\t").replace("\n", "\\n");
  }

  private String answer(Question question, List<String> about) throws IOException {
    try {
      return switch (question) {
        case KEYS -> keys(about);
        case VERSIONS -> versions(about);
        case UPLOADS -> uploads(about);
        case PARTS -> parts(about);
        case BYTES -> bytes(about);
        case HEAD -> head(about);
        case TAGS -> tags(objectTags(about));
        case ACL -> grants(objectAcl(about));
        case ATTRIBUTES -> attributes(about);
        case BUCKET_VERSIONING ->
            "" + bucket(about).getBucketVersioning(r -> r.bucket(about.get(1))).statusAsString();
        case BUCKET_TAGS ->
            tags(bucket(about).getBucketTagging(r -> r.bucket(about.get(1))).tagSet());
        case BUCKET_POLICY -> bucket(about).getBucketPolicy(r -> r.bucket(about.get(1))).policy();
        case BUCKET_ACL -> grants(bucket(about).getBucketAcl(r -> r.bucket(about.get(1))).grants());
        case BUCKETS_OF -> bucketsOf(about);
        case TENANTS -> fields("tenants", "name", "id", "displayName", "email");
        case USER -> fields("users?tenant=" + about.getFirst(), "name", "enabled", "policies");
        case KEY -> fields("keys?tenant=" + about.getFirst(), "accessKey", "user", "enabled");
        case POLICY ->
            server.admin("GET", "policies/%s?tenant=%s".formatted(about.get(1), about.getFirst()));
      };
    } catch (S3Exception e) {
      return REFUSED + "%d %s".formatted(e.statusCode(), e.awsErrorDetails().errorCode());
    }
  }

  private S3Client client(String as) {
    S3Client client = clients.get(as);
    if (client == null) throw new IllegalArgumentException("nobody is called " + as);
    return client;
  }

  private S3Client bucket(List<String> about) {
    return client(about.getFirst());
  }

  private String keys(List<String> about) {
    var text = new StringBuilder();
    for (var each : bucket(about).listObjectsV2(r -> r.bucket(about.get(1))).contents()) {
      text.append("%s %d %s, ".formatted(each.key(), each.size(), each.eTag()));
    }
    return text.toString();
  }

  private String versions(List<String> about) {
    ListObjectVersionsResponse page = bucket(about).listObjectVersions(r -> r.bucket(about.get(1)));
    var text = new StringBuilder();
    for (var each : page.versions()) {
      text.append(
          "%s %s %d %s %s, "
              .formatted(each.key(), each.versionId(), each.size(), each.eTag(), each.isLatest()));
    }
    for (var each : page.deleteMarkers()) {
      text.append("%s %s marker %s, ".formatted(each.key(), each.versionId(), each.isLatest()));
    }
    return text.toString();
  }

  private String uploads(List<String> about) {
    var text = new StringBuilder();
    for (var each : bucket(about).listMultipartUploads(r -> r.bucket(about.get(1))).uploads()) {
      text.append(
          "%s %s %s %s %s, "
              .formatted(
                  each.key(),
                  each.uploadId(),
                  each.initiated(),
                  each.checksumAlgorithmAsString(),
                  each.checksumTypeAsString()));
    }
    return text.toString();
  }

  private String parts(List<String> about) {
    var text = new StringBuilder();
    ListPartsResponse page =
        bucket(about)
            .listParts(r -> r.bucket(about.get(1)).key(about.get(2)).uploadId(about.get(3)));
    for (Part each : page.parts()) {
      text.append(
          "%d %d %s %s %s, "
              .formatted(
                  each.partNumber(), each.size(), each.eTag(), each.lastModified(), sums(each)));
    }
    return text.toString();
  }

  private static String sums(Part part) {
    return "%s %s %s"
        .formatted(part.checksumCRC32(), part.checksumSHA256(), part.checksumCRC64NVME());
  }

  private String bytes(List<String> about) {
    ResponseBytes<GetObjectResponse> found =
        bucket(about)
            .getObjectAsBytes(
                r -> r.bucket(about.get(1)).key(about.get(2)).versionId(about.get(3)));
    return "%d %s".formatted(found.asByteArray().length, sha256(found.asByteArray()));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String head(List<String> about) {
    HeadObjectResponse head =
        bucket(about)
            .headObject(
                r ->
                    r.bucket(about.get(1))
                        .key(about.get(2))
                        .versionId(about.get(3))
                        .checksumMode(ChecksumMode.ENABLED));
    return "%s %s %s %s %s %s %s"
        .formatted(
            head.eTag(),
            head.lastModified(),
            head.contentType(),
            head.cacheControl(),
            head.contentDisposition(),
            new TreeMap<>(head.metadata()),
            head.tagCount());
  }

  private List<Tag> objectTags(List<String> about) {
    return bucket(about)
        .getObjectTagging(r -> r.bucket(about.get(1)).key(about.get(2)).versionId(about.get(3)))
        .tagSet();
  }

  private static String tags(List<Tag> tags) {
    return tags.stream().map(tag -> tag.key() + "=" + tag.value()).sorted().toList().toString();
  }

  private List<Grant> objectAcl(List<String> about) {
    return bucket(about)
        .getObjectAcl(r -> r.bucket(about.get(1)).key(about.get(2)).versionId(about.get(3)))
        .grants();
  }

  private static String grants(List<Grant> grants) {
    return grants.stream()
        .map(
            each ->
                "%s %s %s %s"
                    .formatted(
                        each.permissionAsString(),
                        each.grantee().id(),
                        each.grantee().uri(),
                        each.grantee().displayName()))
        .sorted()
        .toList()
        .toString();
  }

  /// With the number of parts, which the first release said and S3 does not say here.
  private static @Nullable String counted(GetObjectAttributesResponse found, @Nullable String sum) {
    return sum == null || found.checksum().checksumType() != ChecksumType.COMPOSITE
        ? sum
        : sum + "-" + found.objectParts().totalPartsCount();
  }

  /// S3 lists parts only where they have checksums; the first release listed all.
  private List<ObjectPart> parts(List<String> about, GetObjectAttributesResponse found) {
    if (!found.objectParts().parts().isEmpty()) return found.objectParts().parts();
    var parts = new ArrayList<ObjectPart>();
    for (int number = 1; number <= found.objectParts().totalPartsCount(); number++) {
      int at = number;
      long size =
          bucket(about)
              .headObject(
                  r ->
                      r.bucket(about.get(1))
                          .key(about.get(2))
                          .versionId(about.get(3))
                          .partNumber(at))
              .contentLength();
      parts.add(ObjectPart.builder().partNumber(number).size(size).build());
    }
    return parts;
  }

  private String attributes(List<String> about) {
    GetObjectAttributesResponse found =
        bucket(about)
            .getObjectAttributes(
                r ->
                    r.bucket(about.get(1))
                        .key(about.get(2))
                        .versionId(about.get(3))
                        .objectAttributes(
                            ObjectAttributes.CHECKSUM,
                            ObjectAttributes.OBJECT_PARTS,
                            ObjectAttributes.OBJECT_SIZE));
    StringBuilder text = new StringBuilder().append(found.objectSize());
    Checksum sum = found.checksum();
    if (sum != null) {
      text.append(
          " %s %s %s %s %s %s"
              .formatted(
                  sum.checksumTypeAsString(),
                  counted(found, sum.checksumCRC32()),
                  counted(found, sum.checksumCRC32C()),
                  counted(found, sum.checksumCRC64NVME()),
                  counted(found, sum.checksumSHA1()),
                  counted(found, sum.checksumSHA256())));
    }
    if (found.objectParts() == null) return text.toString();
    text.append(" of %d parts:".formatted(found.objectParts().totalPartsCount()));
    for (ObjectPart part : parts(about, found)) {
      text.append(" %d %d %s".formatted(part.partNumber(), part.size(), part.checksumCRC32()));
    }
    return text.toString();
  }

  private String bucketsOf(List<String> about) {
    return client(about.getFirst()).listBuckets().buckets().stream()
        .map(each -> "%s %s".formatted(each.name(), each.creationDate()))
        .toList()
        .toString();
  }

  /// The named fields of each item of a list of the admin API, in the order of the names. Reads as
  /// much of JSON as that needs: items are flat but for lists of texts.
  private String fields(String path, String... names) throws IOException {
    Matcher item = Pattern.compile("\\{[^{}]*}").matcher(server.admin("GET", path));
    var text = new StringBuilder();
    while (item.find()) {
      for (String name : names) {
        Matcher field =
            Pattern.compile('"' + name + "\"\\s*:\\s*(\"[^\"]*\"|\\[[^]]*]|[a-z0-9]+)")
                .matcher(item.group());
        text.append(field.find() ? field.group(1).replaceAll("\\s", "") : "-").append(' ');
      }
      text.append(", ");
    }
    return text.toString();
  }
}
