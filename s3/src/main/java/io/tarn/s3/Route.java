package io.tarn.s3;

import java.util.Set;

/// The operations of S3 that are there, by the names of the API reference. What body each takes,
/// whether it writes, and what may stand in the query of one that writes is said here, so that
/// tests can be made for all of them alike.
public enum Route {
  LIST_BUCKETS("ListBuckets", Effect.READ, Body.NONE),
  CREATE_BUCKET("CreateBucket", Effect.WRITE, Body.DOCUMENT),
  HEAD_BUCKET("HeadBucket", Effect.READ, Body.NONE),
  DELETE_BUCKET("DeleteBucket", Effect.WRITE, Body.NONE),
  GET_BUCKET_ACL("GetBucketAcl", Effect.READ, Body.NONE),
  PUT_BUCKET_ACL("PutBucketAcl", Effect.WRITE, Body.DOCUMENT, "acl"),
  GET_BUCKET_LOCATION("GetBucketLocation", Effect.READ, Body.NONE),
  GET_BUCKET_VERSIONING("GetBucketVersioning", Effect.READ, Body.NONE),
  PUT_BUCKET_VERSIONING("PutBucketVersioning", Effect.WRITE, Body.DOCUMENT, "versioning"),
  GET_BUCKET_TAGGING("GetBucketTagging", Effect.READ, Body.NONE),
  PUT_BUCKET_TAGGING("PutBucketTagging", Effect.WRITE, Body.DOCUMENT, "tagging"),
  DELETE_BUCKET_TAGGING("DeleteBucketTagging", Effect.WRITE, Body.NONE, "tagging"),
  GET_BUCKET_POLICY("GetBucketPolicy", Effect.READ, Body.NONE),
  PUT_BUCKET_POLICY("PutBucketPolicy", Effect.WRITE, Body.DOCUMENT, "policy"),
  DELETE_BUCKET_POLICY("DeleteBucketPolicy", Effect.WRITE, Body.NONE, "policy"),
  GET_BUCKET_POLICY_STATUS("GetBucketPolicyStatus", Effect.READ, Body.NONE),
  GET_ACCELERATE("GetBucketAccelerateConfiguration", Effect.READ, Body.NONE),
  GET_ANALYTICS("GetBucketAnalyticsConfiguration", Effect.READ, Body.NONE),
  GET_CORS("GetBucketCors", Effect.READ, Body.NONE),
  GET_ENCRYPTION("GetBucketEncryption", Effect.READ, Body.NONE),
  GET_INTELLIGENT_TIERING("GetBucketIntelligentTieringConfiguration", Effect.READ, Body.NONE),
  GET_INVENTORY("GetBucketInventoryConfiguration", Effect.READ, Body.NONE),
  GET_LIFECYCLE("GetBucketLifecycleConfiguration", Effect.READ, Body.NONE),
  GET_LOGGING("GetBucketLogging", Effect.READ, Body.NONE),
  GET_METRICS("GetBucketMetricsConfiguration", Effect.READ, Body.NONE),
  GET_NOTIFICATION("GetBucketNotificationConfiguration", Effect.READ, Body.NONE),
  GET_OBJECT_LOCK("GetObjectLockConfiguration", Effect.READ, Body.NONE),
  GET_OWNERSHIP_CONTROLS("GetBucketOwnershipControls", Effect.READ, Body.NONE),
  GET_PUBLIC_ACCESS_BLOCK("GetPublicAccessBlock", Effect.READ, Body.NONE),
  GET_REPLICATION("GetBucketReplication", Effect.READ, Body.NONE),
  GET_REQUEST_PAYMENT("GetBucketRequestPayment", Effect.READ, Body.NONE),
  GET_WEBSITE("GetBucketWebsite", Effect.READ, Body.NONE),
  LIST_ANALYTICS("ListBucketAnalyticsConfigurations", Effect.READ, Body.NONE),
  LIST_INTELLIGENT_TIERING("ListBucketIntelligentTieringConfigurations", Effect.READ, Body.NONE),
  LIST_INVENTORY("ListBucketInventoryConfigurations", Effect.READ, Body.NONE),
  LIST_METRICS("ListBucketMetricsConfigurations", Effect.READ, Body.NONE),
  LIST_OBJECTS("ListObjects", Effect.READ, Body.NONE),
  LIST_OBJECTS_V2("ListObjectsV2", Effect.READ, Body.NONE),
  LIST_OBJECT_VERSIONS("ListObjectVersions", Effect.READ, Body.NONE),
  LIST_MULTIPART_UPLOADS("ListMultipartUploads", Effect.READ, Body.NONE),
  DELETE_OBJECTS("DeleteObjects", Effect.WRITE, Body.DOCUMENT, "delete"),
  GET_OBJECT("GetObject", Effect.READ, Body.NONE),
  HEAD_OBJECT("HeadObject", Effect.READ, Body.NONE),
  PUT_OBJECT("PutObject", Effect.WRITE, Body.CONTENT),
  DELETE_OBJECT("DeleteObject", Effect.WRITE, Body.NONE, "versionId"),
  COPY_OBJECT("CopyObject", Effect.WRITE, Body.NONE),
  GET_OBJECT_ACL("GetObjectAcl", Effect.READ, Body.NONE),
  PUT_OBJECT_ACL("PutObjectAcl", Effect.WRITE, Body.DOCUMENT, "acl", "versionId"),
  GET_OBJECT_ATTRIBUTES("GetObjectAttributes", Effect.READ, Body.NONE),
  GET_OBJECT_TAGGING("GetObjectTagging", Effect.READ, Body.NONE),
  PUT_OBJECT_TAGGING("PutObjectTagging", Effect.WRITE, Body.DOCUMENT, "tagging", "versionId"),
  DELETE_OBJECT_TAGGING("DeleteObjectTagging", Effect.WRITE, Body.NONE, "tagging", "versionId"),
  CREATE_MULTIPART_UPLOAD("CreateMultipartUpload", Effect.WRITE, Body.NONE, "uploads"),
  UPLOAD_PART("UploadPart", Effect.WRITE, Body.CONTENT, "uploadId", "partNumber"),
  UPLOAD_PART_COPY("UploadPartCopy", Effect.WRITE, Body.NONE, "uploadId", "partNumber"),
  COMPLETE_MULTIPART_UPLOAD("CompleteMultipartUpload", Effect.WRITE, Body.DOCUMENT, "uploadId"),
  ABORT_MULTIPART_UPLOAD("AbortMultipartUpload", Effect.WRITE, Body.NONE, "uploadId"),
  LIST_PARTS("ListParts", Effect.READ, Body.NONE),
  /// Everything else the API reference names.
  UNSUPPORTED("Unsupported", Effect.READ, Body.NONE);

  public enum Effect {
    READ,
    WRITE
  }

  /// What a request brings along.
  public enum Body {
    NONE,
    /// A small document, read into memory.
    DOCUMENT,
    /// The bytes of an object or part, streamed.
    CONTENT
  }

  private final String text;
  private final Effect effect;
  private final Body body;

  @SuppressWarnings("ImmutableEnumChecker") // of Set.of
  private final Set<String> parameters;

  Route(String text, Effect effect, Body body, String... parameters) {
    this.text = text;
    this.effect = effect;
    this.body = body;
    this.parameters = Set.of(parameters);
  }

  /// The name in the API reference.
  public String text() {
    return text;
  }

  public Effect effect() {
    return effect;
  }

  public Body body() {
    return body;
  }

  /// The query parameters of an operation that writes; empty for one that reads, which passes over
  /// what it does not know.
  Set<String> parameters() {
    return parameters;
  }
}
