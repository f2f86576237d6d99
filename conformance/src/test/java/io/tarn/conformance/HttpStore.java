package io.tarn.conformance;

import static io.tarn.conformance.HttpWords.bytes;
import static io.tarn.conformance.HttpWords.etag;
import static io.tarn.conformance.HttpWords.id;
import static io.tarn.conformance.HttpWords.tagging;
import static io.tarn.conformance.HttpWords.version;
import static io.tarn.conformance.HttpWords.written;

import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.BucketPage;
import io.tarn.store.Buckets;
import io.tarn.store.Checksum;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Copied;
import io.tarn.store.CopiedPart;
import io.tarn.store.Copy;
import io.tarn.store.CreateBucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.DocumentKind;
import io.tarn.store.ETag;
import io.tarn.store.Home;
import io.tarn.store.Incoming;
import io.tarn.store.Key;
import io.tarn.store.ListObjects;
import io.tarn.store.ListUploads;
import io.tarn.store.ListVersions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.PartPage;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import io.tarn.store.UploadPage;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.VersionPage;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/// One bucket of a running server as a store, spoken to with Amazon's client, so that the model's
/// sequences can be played on it. Says of an object what HTTP says: no parts and no checksums.
final class HttpStore implements ObjectStore, Buckets {
  private final S3Client client;
  private final String bucket;
  private final Consumer<String> making;
  private final HttpListings listings;
  private final HttpReads reads;

  HttpStore(S3Client client, String bucket) {
    this(client, bucket, name -> client.createBucket(r -> r.bucket(name)));
  }

  /// `making` makes the bucket, where that is not for clients to do.
  HttpStore(S3Client client, String bucket, Consumer<String> making) {
    this.client = client;
    this.bucket = bucket;
    this.making = making;
    this.listings = new HttpListings(client, bucket);
    this.reads = new HttpReads(client, bucket);
  }

  private interface Call<T> {
    T make();
  }

  /// Makes a call and speaks of its failure in the store's words.
  private static <T> T said(Key key, Version version, Call<T> call) {
    try {
      return call.make();
    } catch (S3Exception e) {
      StoreFailure failure = HttpFailures.of(e, key, version);
      if (failure instanceof StoreFailure.Unavailable) System.out.println(failure.getMessage());
      throw failure;
    }
  }

  // Buckets.

  @Override
  public Bucket create(CreateBucket request) {
    making.accept(bucket);
    return bucket(request.name(), Versioning.OFF);
  }

  private static Bucket bucket(BucketName name, Versioning versioning) {
    return new Bucket(name, 1, 1, new TenantId("owner"), "", Instant.EPOCH, versioning, Home.OWN);
  }

  @Override
  public void delete(Bucket deleted) {
    try {
      client.deleteBucket(r -> r.bucket(bucket));
    } catch (S3Exception e) {
      if (e.statusCode() == 409) throw new StoreFailure.BucketNotEmpty(deleted.name());
      throw e;
    }
  }

  @Override
  public Bucket setVersioning(Bucket changed, Versioning versioning) {
    BucketVersioningStatus status =
        versioning == Versioning.ENABLED
            ? BucketVersioningStatus.ENABLED
            : BucketVersioningStatus.SUSPENDED;
    client.putBucketVersioning(
        r -> r.bucket(bucket).versioningConfiguration(v -> v.status(status)));
    return bucket(changed.name(), versioning);
  }

  @Override
  public Optional<Bucket> find(BucketName name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public BucketPage page(TenantId owner, String prefix, String after, int limit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> document(Bucket of, DocumentKind kind) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setDocument(Bucket of, DocumentKind kind, String document) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void removeDocument(Bucket of, DocumentKind kind) {
    throw new UnsupportedOperationException();
  }

  // Objects.

  @Override
  public ObjectHead head(Read read) {
    return said(read.key(), read.version(), () -> reads.head(read));
  }

  @Override
  public OpenObject open(Read read) {
    return said(read.key(), read.version(), () -> reads.open(read));
  }

  @Override
  public Written put(Put put, Incoming incoming) {
    byte[] bytes = bytes(incoming);
    return said(
        put.key(),
        Version.LATEST,
        () -> {
          PutObjectResponse response =
              client.putObject(
                  r ->
                      r.bucket(bucket)
                          .key(put.key().text())
                          .metadata(put.metadata().user())
                          .tagging(tagging(put.tags()))
                          .ifMatch(HttpFailures.header(put.conditions().ifMatch()))
                          .ifNoneMatch(HttpFailures.header(put.conditions().ifNoneMatch())),
                  RequestBody.fromBytes(bytes));
          return written(put.key(), response.versionId(), bytes.length, response.eTag());
        });
  }

  @Override
  public Copied copy(Copy copy) {
    Read source = copy.source();
    return said(
        source.key(),
        source.version(),
        () -> {
          CopyObjectResponse response =
              client.copyObject(
                  r ->
                      r.sourceBucket(bucket)
                          .sourceKey(source.key().text())
                          .sourceVersionId(id(source.version()))
                          .destinationBucket(bucket)
                          .destinationKey(copy.target().key().text())
                          .metadataDirective(
                              copy.keepMetadata()
                                  ? MetadataDirective.COPY
                                  : MetadataDirective.REPLACE)
                          .taggingDirective(
                              copy.keepTags() ? TaggingDirective.COPY : TaggingDirective.REPLACE));
          String made = response.versionId();
          Key key = copy.target().key();
          Written written = written(key, made, size(key, made), response.copyObjectResult().eTag());
          return new Copied(version(response.copySourceVersionId()), written);
        });
  }

  private long size(Key key, @Nullable String version) {
    return client
        .headObject(r -> r.bucket(bucket).key(key.text()).versionId(version))
        .contentLength();
  }

  @Override
  public Deleted delete(Delete delete) {
    return said(
        delete.key(),
        delete.version(),
        () -> {
          DeleteObjectResponse response =
              client.deleteObject(
                  r ->
                      r.bucket(bucket)
                          .key(delete.key().text())
                          .versionId(id(delete.version()))
                          .ifMatchSize(delete.conditions().size())
                          .ifMatch(HttpFailures.header(delete.conditions().ifMatch())));
          boolean marker = Boolean.TRUE.equals(response.deleteMarker());
          return new Deleted(version(response.versionId()), marker);
        });
  }

  @Override
  public Version annotate(Annotate annotate) {
    Tags tags = ((Annotate.SetTags) annotate.annotation()).tags();
    String key = annotate.key().text();
    String version = id(annotate.version());
    return said(
        annotate.key(),
        annotate.version(),
        () ->
            tags.values().isEmpty()
                ? version(
                    client
                        .deleteObjectTagging(r -> r.bucket(bucket).key(key).versionId(version))
                        .versionId())
                : version(
                    client
                        .putObjectTagging(
                            r ->
                                r.bucket(bucket).key(key).versionId(version).tagging(tagging(tags)))
                        .versionId()));
  }

  @Override
  public ObjectPage list(ListObjects request) {
    return listings.objects(request);
  }

  @Override
  public VersionPage versions(ListVersions request) {
    return listings.versions(request);
  }

  @Override
  public UploadPage uploads(ListUploads request) {
    return listings.uploads(request);
  }

  // Uploads.

  @Override
  public Upload begin(BeginUpload begin) {
    Key key = begin.put().key();
    CreateMultipartUploadResponse response =
        client.createMultipartUpload(r -> r.bucket(bucket).key(key.text()));
    return HttpListings.upload(key, response.uploadId());
  }

  @Override
  public Part putPart(UploadRef ref, int number, Incoming incoming) {
    byte[] bytes = bytes(incoming);
    return said(
        ref.key(),
        Version.LATEST,
        () -> {
          String etag =
              client
                  .uploadPart(
                      r ->
                          r.bucket(bucket)
                              .key(ref.key().text())
                              .uploadId(ref.id().text())
                              .partNumber(number),
                      RequestBody.fromBytes(bytes))
                  .eTag();
          return new Part(number, bytes.length, etag(etag), Instant.EPOCH, Checksum.NONE);
        });
  }

  @Override
  public CopiedPart copyPart(UploadRef ref, int number, PartSource source) {
    return said(
        source.source().key(),
        Version.LATEST,
        () -> {
          UploadPartCopyResponse response =
              client.uploadPartCopy(
                  r ->
                      r.sourceBucket(bucket)
                          .sourceKey(source.source().key().text())
                          .destinationBucket(bucket)
                          .destinationKey(ref.key().text())
                          .uploadId(ref.id().text())
                          .partNumber(number));
          long size = parts(ref, number - 1, 1, Permit.OfUpload.ANY).parts().getFirst().size();
          ETag etag = etag(response.copyPartResult().eTag());
          var part = new Part(number, size, etag, Instant.EPOCH, Checksum.NONE);
          return new CopiedPart(part, version(response.copySourceVersionId()), Checksum.NONE);
        });
  }

  @Override
  public Written complete(CompleteUpload complete) {
    UploadRef ref = complete.upload();
    List<CompletedPart> parts =
        complete.parts().stream()
            .map(
                part ->
                    CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.etag().quoted())
                        .build())
            .toList();
    return said(
        ref.key(),
        Version.LATEST,
        () -> {
          CompleteMultipartUploadResponse response =
              client.completeMultipartUpload(
                  r ->
                      r.bucket(bucket)
                          .key(ref.key().text())
                          .uploadId(ref.id().text())
                          .ifMatch(HttpFailures.header(complete.conditions().ifMatch()))
                          .ifNoneMatch(HttpFailures.header(complete.conditions().ifNoneMatch()))
                          .multipartUpload(m -> m.parts(parts)));
          String version = response.versionId();
          return written(ref.key(), version, size(ref.key(), version), response.eTag());
        });
  }

  @Override
  public void abort(UploadRef ref, Permit.OfUpload permit) {
    var _ =
        said(
            ref.key(),
            Version.LATEST,
            () ->
                client.abortMultipartUpload(
                    r -> r.bucket(bucket).key(ref.key().text()).uploadId(ref.id().text())));
  }

  @Override
  public PartPage parts(UploadRef ref, int after, int limit, Permit.OfUpload permit) {
    ListPartsResponse page =
        said(
            ref.key(),
            Version.LATEST,
            () ->
                client.listParts(
                    r ->
                        r.bucket(bucket)
                            .key(ref.key().text())
                            .uploadId(ref.id().text())
                            .partNumberMarker(after)
                            .maxParts(limit)));
    List<Part> parts =
        page.parts().stream()
            .map(
                part ->
                    new Part(
                        part.partNumber(),
                        part.size(),
                        etag(part.eTag()),
                        part.lastModified(),
                        Checksum.NONE))
            .toList();
    return new PartPage(
        HttpListings.upload(ref.key(), ref.id().text()),
        parts,
        Boolean.TRUE.equals(page.isTruncated()));
  }
}
