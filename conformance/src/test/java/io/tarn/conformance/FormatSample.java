package io.tarn.conformance;

import io.tarn.conformance.FormatFacts.Fact;
import io.tarn.conformance.FormatFacts.Question;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Makes the archives that `ReleasedFormatTest` opens: directories as this release writes them,
/// with one of everything in them, and what a server said about them.
///
/// ```text
/// two volumes, the first with the metadata; facts.txt
/// NAME-stopped.zip   after SIGTERM: the rows are in tables
/// NAME-killed.zip    after SIGKILL in the middle of an upload: the last rows are in the log
/// ```
///
/// A release is archived once, from its own sources, and its archives are never made anew. Run
/// `main` with the name and the directory to write to, on the class path of the tests, under a name
/// of the machine that means nothing (tables hold it): `unshare --uts sh -c 'hostname tarn; …'`.
final class FormatSample {
  static final Map<String, String> SECRETS =
      Map.of(
          "research-root", "research-secret-key",
          "reader-key", "reader-secret-key");
  private static final int HALF = 600_000;
  private static final List<String> NOT_KEPT = List.of("ballast", "LOCK", "lock");

  private final ServerProcess server;

  private FormatSample(ServerProcess server) {
    this.server = server;
  }

  public static void main(String... words) throws Exception {
    Path target = Path.of(words[1]).toAbsolutePath();
    Path work = Files.createTempDirectory("sample");
    try (ServerProcess server = server(work, "--gateway.public-acls=allow")) {
      FormatSample sample = filled(server);
      Files.write(work.resolve("facts.txt"), sample.facts());
      if (server.stop() != 0) throw new IllegalStateException("not stopped");
      pack(work, target.resolve(words[0] + "-stopped.zip"));

      server.start();
      sample.writeMore();
      sample.beginToUpload();
      Files.write(work.resolve("facts.txt"), sample.facts());
      server.kill();
      pack(work, target.resolve(words[0] + "-killed.zip"));
    }
  }

  /// Starts a new server and puts one of everything into it.
  static FormatSample filled(ServerProcess server) throws IOException {
    var sample = new FormatSample(server.start());
    sample.fill();
    return sample;
  }

  /// A server on the directories of a sample.
  static ServerProcess server(Path directory, String... more) {
    var words = new ArrayList<String>();
    words.add(directory.resolve("volume1").toString());
    words.add(directory.resolve("volume2").toString());
    words.add("--index.smallest-part=1KiB");
    words.addAll(List.of(more));
    return new ServerProcess(directory.resolve("log"), words.toArray(String[]::new));
  }

  static Map<String, S3Client> clients(ServerProcess server) {
    return Map.of(
        "root", server.client(),
        "research", server.clientFor("research-root", secret("research-root")),
        "reader", server.clientFor("reader-key", secret("reader-key")));
  }

  private static String secret(String key) {
    return String.valueOf(SECRETS.get(key));
  }

  private List<String> facts() throws IOException {
    Map<String, S3Client> clients = clients(server);
    var facts = new FormatFacts(server, clients);
    var all = new ArrayList<Fact>();
    for (String bucket : List.of("plain", "versioned", "suspended", "empty", "owned")) {
      all.addAll(facts.ofBucket("root", bucket));
    }
    all.addAll(facts.ofBucket("research", "research"));
    for (String key : List.of("theirs", "theirs-large")) {
      all.addAll(facts.ofVersion("research", "plain", key, "null"));
    }
    for (String as : List.of("root", "research", "reader")) {
      all.add(facts.asked(Question.BUCKETS_OF, as));
    }
    all.add(facts.asked(Question.TENANTS, "all"));
    for (String tenant : List.of("default", "research")) {
      all.add(facts.asked(Question.USER, tenant));
      all.add(facts.asked(Question.KEY, tenant));
    }
    all.add(facts.asked(Question.POLICY, "default", "plain-read"));
    clients.values().forEach(S3Client::close);
    return all.stream().filter(fact -> !fact.isRefusal()).map(Fact::line).toList();
  }

  private void fill() throws IOException {
    try (S3Client root = server.client()) {
      fillCatalog();
      for (String bucket : List.of("plain", "versioned", "suspended", "empty")) {
        root.createBucket(r -> r.bucket(bucket));
      }
      root.createBucket(
          r -> r.bucket("owned").objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED));
      fillPlain(root);
      fillVersions(root);
      fillUploads(root);
      fillDocuments(root);
    }
    try (S3Client research = server.clientFor("research-root", secret("research-root"))) {
      research.createBucket(r -> r.bucket("research"));
      put(research, "research", "note", 10);
      put(research, "plain", "theirs", 20); // of another owner than the bucket
      put(research, "plain", "theirs-large", 100_000);
    }
  }

  private void fillCatalog() throws IOException {
    server.admin(
        "POST",
        "tenants",
        """
        {"name": "research", "id": "%s", "displayName": "Research", "email": "r@example.com",
         "accessKey": "research-root", "secretKey": "%s"}
        """
            .formatted("ab".repeat(32), secret("research-root")));
    server.admin(
        "PUT",
        "policies/plain-read",
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
         "Action": ["s3:GetObject", "s3:ListAllMyBuckets"], "Resource": "*"}]}
        """);
    server.admin(
        "POST",
        "users",
        """
        {"name": "reader", "accessKey": "reader-key", "secretKey": "%s"}
        """
            .formatted(secret("reader-key")));
    server.admin("PUT", "users/reader/policies/plain-read");
    server.admin("PUT", "users/reader/policies/diagnostics");
    server.admin(
        "POST",
        "users",
        """
        {"name": "second", "tenant": "research"}
        """);
  }

  static byte[] content(String of, int length) {
    var text = new StringBuilder(length + 80);
    for (int line = 0; text.length() < length; line++) {
      text.append("line %08d of %s\n".formatted(line, of));
    }
    return text.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void put(S3Client client, String bucket, String key, int length) {
    client.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(content(key, length)));
  }

  private static void fillPlain(S3Client root) {
    root.putBucketAcl(r -> r.bucket("plain").acl(BucketCannedACL.PUBLIC_READ_WRITE));
    for (int length : new int[] {0, 1, 65_536, 65_537, 300_000}) {
      put(root, "plain", "length/" + length, length);
    }
    for (ChecksumAlgorithm algorithm :
        List.of(
            ChecksumAlgorithm.CRC32,
            ChecksumAlgorithm.CRC32_C,
            ChecksumAlgorithm.CRC64_NVME,
            ChecksumAlgorithm.SHA1,
            ChecksumAlgorithm.SHA256)) {
      root.putObject(
          r -> r.bucket("plain").key("sum/" + algorithm).checksumAlgorithm(algorithm),
          RequestBody.fromString("with a checksum"));
    }
    root.putObject(
        r ->
            r.bucket("plain")
                .key("adorned/ä ☃ +%2F")
                .contentType("text/plain; charset=utf-8")
                .cacheControl("max-age=60")
                .contentDisposition("attachment")
                .contentEncoding("identity")
                .contentLanguage("en")
                .expires(java.time.Instant.ofEpochSecond(4_000_000_000L))
                .metadata(Map.of("colour", "blue", "shape", "round"))
                .tagging("project=tarn&empty=")
                .acl(ObjectCannedACL.PUBLIC_READ),
        RequestBody.fromString("adorned"));
    put(root, "plain", "overwritten", 10);
    put(root, "plain", "overwritten", 70_000);
    put(root, "plain", "overwritten", 80_000);
    put(root, "plain", "deleted", 70_000);
    root.deleteObject(r -> r.bucket("plain").key("deleted"));
    root.copyObject(
        r ->
            r.sourceBucket("plain")
                .sourceKey("length/65537")
                .destinationBucket("plain")
                .destinationKey("copy"));
    put(root, "plain", "tagged-later", 30);
    root.putObjectTagging(
        r -> r.bucket("plain").key("tagged-later").tagging(t -> t.tagSet(tag("when", "later"))));
    root.putObjectAcl(
        r -> r.bucket("plain").key("tagged-later").acl(ObjectCannedACL.AUTHENTICATED_READ));
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private static void fillVersions(S3Client root) {
    for (String bucket : List.of("versioned", "suspended")) {
      for (String key : List.of("from-before", "replaced", "deleted", "large")) {
        put(root, bucket, key, 40);
      }
      versioning(root, bucket, BucketVersioningStatus.ENABLED);
      put(root, bucket, "replaced", 41);
      put(root, bucket, "large", 70_001);
      put(root, bucket, "large", 140_002);
      put(root, bucket, "new", 43);
      root.deleteObject(r -> r.bucket(bucket).key("deleted"));
      String gone =
          root.putObject(r -> r.bucket(bucket).key("new"), RequestBody.fromString("gone"))
              .versionId();
      root.deleteObject(r -> r.bucket(bucket).key("new").versionId(gone));
    }
    versioning(root, "suspended", BucketVersioningStatus.SUSPENDED);
    put(root, "suspended", "large", 66_000);
    put(root, "suspended", "new", 44);
    root.deleteObject(r -> r.bucket("suspended").key("replaced"));
  }

  private static void versioning(S3Client root, String bucket, BucketVersioningStatus status) {
    root.putBucketVersioning(r -> r.bucket(bucket).versioningConfiguration(v -> v.status(status)));
  }

  private static void fillUploads(S3Client root) {
    complete(root, "plain", "few-parts", begin(root, "plain", "few-parts"), 3);
    complete(root, "versioned", "many-parts", begin(root, "versioned", "many-parts"), 12);
    String whole =
        root.createMultipartUpload(
                r ->
                    r.bucket("plain")
                        .key("whole-sum")
                        .checksumAlgorithm(ChecksumAlgorithm.CRC64_NVME)
                        .checksumType(ChecksumType.FULL_OBJECT))
            .uploadId();
    complete(root, "plain", "whole-sum", whole, 2);

    String leftover = begin(root, "plain", "with-leftover");
    part(root, "plain", "with-leftover", leftover, 9);
    complete(root, "plain", "with-leftover", leftover, 2);

    begin(root, "plain", "no-parts-yet");
    String open =
        root.createMultipartUpload(
                r ->
                    r.bucket("versioned")
                        .key("open")
                        .contentType("image/png")
                        .metadata(Map.of("colour", "red"))
                        .tagging("open=yes")
                        .acl(ObjectCannedACL.PUBLIC_READ)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256))
            .uploadId();
    part(root, "versioned", "open", open, 1);
    part(root, "versioned", "open", open, 10_000);
    String refused = begin(root, "plain", "refused");
    part(root, "plain", "refused", refused, 1);
    try {
      root.completeMultipartUpload(
          r ->
              r.bucket("plain")
                  .key("refused")
                  .uploadId(refused)
                  .multipartUpload(
                      m ->
                          m.parts(
                              CompletedPart.builder().partNumber(1).eTag("0".repeat(32)).build())));
      throw new IllegalStateException("completed");
    } catch (S3Exception e) {
      if (e.statusCode() != 400) throw e;
    }
    String aborted = begin(root, "plain", "aborted");
    part(root, "plain", "aborted", aborted, 1);
    root.abortMultipartUpload(r -> r.bucket("plain").key("aborted").uploadId(aborted));
  }

  private static String begin(S3Client root, String bucket, String key) {
    return root.createMultipartUpload(
            r ->
                r.bucket(bucket)
                    .key(key)
                    .metadata(Map.of("parts", "yes"))
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32))
        .uploadId();
  }

  private static CompletedPart part(
      S3Client root, String bucket, String key, String upload, int number) {
    UploadPartResponse done =
        root.uploadPart(
            r ->
                r.bucket(bucket)
                    .key(key)
                    .uploadId(upload)
                    .partNumber(number)
                    .checksumAlgorithm(
                        root.listParts(l -> l.bucket(bucket).key(key).uploadId(upload))
                            .checksumAlgorithm()),
            RequestBody.fromBytes(content(key + number, 1024 + number)));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(done.eTag())
        .checksumCRC32(done.checksumCRC32())
        .checksumCRC64NVME(done.checksumCRC64NVME())
        .build();
  }

  private static void complete(S3Client root, String bucket, String key, String upload, int count) {
    var parts = new ArrayList<CompletedPart>();
    for (int number = 1; number <= count; number++) {
      parts.add(part(root, bucket, key, upload, number));
    }
    root.completeMultipartUpload(
        r -> r.bucket(bucket).key(key).uploadId(upload).multipartUpload(m -> m.parts(parts)));
  }

  private static void fillDocuments(S3Client root) {
    root.putBucketTagging(r -> r.bucket("plain").tagging(t -> t.tagSet(tag("cost", "centre"))));
    root.putBucketPolicy(
        r ->
            r.bucket("versioned")
                .policy(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
                     "Action": "s3:GetObject", "Resource": "arn:aws:s3:::versioned/*"}]}
                    """));
  }

  /// What is in the log alone when the server is killed.
  private void writeMore() throws IOException {
    try (S3Client root = server.client()) {
      put(root, "plain", "after-restart", 50);
      put(root, "plain", "after-restart-large", 90_000);
      put(root, "versioned", "large", 91_000);
      root.deleteObject(r -> r.bucket("plain").key("copy"));
      String many = begin(root, "versioned", "many-parts");
      complete(root, "versioned", "many-parts", many, 520); // two rows of a manifest
      server.admin(
          "POST",
          "keys",
          """
          {"user": "reader", "accessKey": "reader-key-2", "secretKey": "reader-secret-key-2"}
          """);
    }
  }

  /// Returns in the middle of the body, of which no more comes.
  private void beginToUpload() throws InterruptedException {
    var halfway = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (S3Client root = server.client()) {
                root.putObject(
                    r -> r.bucket("plain").key("half"),
                    RequestBody.fromContentProvider(
                        () -> new Half(halfway), HALF * 2, "application/octet-stream"));
              } catch (SdkException e) {
                // The server is killed meanwhile.
              }
            });
    halfway.await();
    Thread.sleep(1000); // for the row that announces the blob
  }

  private static final class Half extends ByteArrayInputStream {
    private final CountDownLatch halfway;

    private Half(CountDownLatch halfway) {
      super(content("half", HALF * 2));
      this.halfway = halfway;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      if (pos > HALF) {
        halfway.countDown();
        ServerProcess.pause(600_000);
      }
      return super.read(into, offset, Math.min(length, 1 << 16));
    }
  }

  /// Without what is not data: logs, locks, the unpacked library, the ballast, the running server.
  private static void pack(Path from, Path zip) throws IOException {
    Files.createDirectories(zip.getParent());
    try (var out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> walk = Files.walk(from)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile).sorted()::iterator) {
        Path name = from.relativize(file);
        String last = name.getFileName().toString();
        boolean left =
            (name.getNameCount() == 1 && !last.equals("facts.txt"))
                || NOT_KEPT.contains(last)
                || last.startsWith("LOG")
                || name.toString().contains("/native/")
                || name.toString().contains("/run/");
        if (left) continue;
        var entry = new ZipEntry(name.toString());
        entry.setTime(0);
        out.putNextEntry(entry);
        Files.copy(file, out);
      }
    }
  }
}
