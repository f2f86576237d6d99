package io.tarn.request;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query parameters that choose the operation, by the API reference. What is there of each is
/// in the table of operations. Of operations that are not there `onBucket` and `onObject` are what
/// they are called in the reference, less their verb; empty where there is none.
public enum Subresource {
  /// No such parameter; what is missing of it is a form that a browser posts.
  NONE("", "PostObject", ""),
  // Of which everything is there.
  ACL("acl"),
  ATTRIBUTES("attributes"),
  DELETE("delete"),
  LOCATION("location"),
  POLICY("policy"),
  POLICY_STATUS("policyStatus"),
  TAGGING("tagging"),
  UPLOAD_ID("uploadId"),
  UPLOADS("uploads"),
  VERSIONING("versioning"),
  VERSIONS("versions"),
  // Of which something is not, or nothing is there.
  ABAC("abac", "BucketAbac", ""),
  ACCELERATE("accelerate", "BucketAccelerateConfiguration", ""),
  ANNOTATION("annotation", "", "ObjectAnnotation"),
  ANALYTICS("analytics", "BucketAnalyticsConfiguration", ""),
  APPEND("append", "", "Append"),
  CORS("cors", "BucketCors", ""),
  ENCRYPTION("encryption", "BucketEncryption", "ObjectEncryption"),
  INTELLIGENT_TIERING("intelligent-tiering", "BucketIntelligentTieringConfiguration", ""),
  INVENTORY("inventory", "BucketInventoryConfiguration", ""),
  LEGAL_HOLD("legal-hold", "", "ObjectLegalHold"),
  LIFECYCLE("lifecycle", "BucketLifecycleConfiguration", ""),
  LOGGING("logging", "BucketLogging", ""),
  METADATA_ANNOTATION("metadataAnnotationTable", "BucketMetadataAnnotationTableConfiguration", ""),
  METADATA_CONFIGURATION("metadataConfiguration", "BucketMetadataConfiguration", ""),
  METADATA_INVENTORY("metadataInventoryTable", "BucketMetadataInventoryTableConfiguration", ""),
  METADATA_JOURNAL("metadataJournalTable", "BucketMetadataJournalTableConfiguration", ""),
  METADATA_TABLE("metadataTable", "BucketMetadataTableConfiguration", ""),
  METRICS("metrics", "BucketMetricsConfiguration", ""),
  NOTIFICATION("notification", "BucketNotificationConfiguration", ""),
  OBJECT_LOCK("object-lock", "ObjectLockConfiguration", ""),
  OWNERSHIP("ownershipControls", "BucketOwnershipControls", ""),
  PUBLIC_ACCESS("publicAccessBlock", "PublicAccessBlock", ""),
  RENAME("renameObject", "", "RenameObject"),
  REPLICATION("replication", "BucketReplication", ""),
  REQUEST_PAYMENT("requestPayment", "BucketRequestPayment", ""),
  RESTORE("restore", "", "RestoreObject"),
  RETENTION("retention", "", "ObjectRetention"),
  SELECT("select", "", "SelectObjectContent"),
  SESSION("session", "CreateSession", ""),
  TORRENT("torrent", "", "ObjectTorrent"),
  WEBSITE("website", "BucketWebsite", "");

  private static final Map<String, Subresource> BY_PARAMETER = new HashMap<>();

  static {
    for (Subresource one : values()) {
      if (one != NONE) BY_PARAMETER.put(one.parameter, one);
    }
  }

  private final String parameter;
  private final String onBucket;
  private final String onObject;

  Subresource(String parameter) {
    this(parameter, "", "");
  }

  Subresource(String parameter, String onBucket, String onObject) {
    this.parameter = parameter;
    this.onBucket = onBucket;
    this.onObject = onObject;
  }

  public static @Nullable Subresource find(String parameter) {
    return BY_PARAMETER.get(parameter);
  }

  /// The one a query names, or [#NONE]. Two at once contradict each other.
  public static Subresource of(Query query) {
    Subresource chosen = NONE;
    for (int i = 0, size = query.size(); i < size; i++) {
      Subresource named = BY_PARAMETER.get(query.name(i));
      if (named == null || named == chosen) continue;
      if (chosen != NONE) {
        throw new S3Failure(
            S3Error.INVALID_ARGUMENT,
            "Conflicting query string parameters: %s, %s"
                .formatted(chosen.parameter, named.parameter));
      }
      chosen = named;
    }
    return chosen;
  }

  public String parameter() {
    return parameter;
  }

  /// What the API reference calls this method on it; empty where it knows no such operation.
  public String operation(String method, boolean onKey) {
    String noun = onKey ? onObject : onBucket;
    if (noun.isEmpty()) return "";
    return switch (method) {
      case "GET" -> "Get" + noun;
      case "PUT" -> "Put" + noun;
      case "DELETE" -> "Delete" + noun;
      case "POST" -> noun;
      default -> "";
    };
  }
}
