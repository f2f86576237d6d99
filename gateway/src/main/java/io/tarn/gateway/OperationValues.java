package io.tarn.gateway;

import io.tarn.identity.ConditionKey;
import io.tarn.identity.Demand;
import io.tarn.s3.AclRequest;
import io.tarn.s3.CopySource;
import io.tarn.s3.PageRequest;
import io.tarn.s3.S3Operation;
import io.tarn.s3.Writing;
import io.tarn.store.Acl;
import io.tarn.store.ETags;
import io.tarn.store.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What conditions of policies may ask about one demand of an operation, out of the decoded
/// operation: what is asked about is what is then carried out, however the request spelled it.
///
/// Where clients spell one thing in two ways, both are values: a condition that names either, in
/// any order of operators, means the thing.
record OperationValues(S3Operation operation, Demand demand) {
  @SuppressWarnings("MissingCasesInEnumSwitch")
  List<String> values(ConditionKey key) {
    return switch (key.name()) {
      case PREFIX -> prefix();
      case DELIMITER -> page().map(PageRequest::delimiter).stream().toList();
      case MAX_KEYS -> page().map(PageRequest::limit).map(String::valueOf).stream().toList();
      case VERSION_ID -> version();
      case IF_MATCH -> tags(operation.conditions().ifMatch());
      case IF_NONE_MATCH -> tags(operation.conditions().ifNoneMatch());
      case OBJECT_CREATION_OPERATION -> creates();
      case X_AMZ_ACL -> cannedAcl();
      case X_AMZ_GRANT_READ -> grants(Acl.Permission.READ);
      case X_AMZ_GRANT_WRITE -> grants(Acl.Permission.WRITE);
      case X_AMZ_GRANT_READ_ACP -> grants(Acl.Permission.READ_ACP);
      case X_AMZ_GRANT_WRITE_ACP -> grants(Acl.Permission.WRITE_ACP);
      case X_AMZ_GRANT_FULL_CONTROL -> grants(Acl.Permission.FULL_CONTROL);
      case X_AMZ_COPY_SOURCE -> copySource();
      case X_AMZ_METADATA_DIRECTIVE ->
          operation instanceof S3Operation.CopyObject copy
              ? List.of(copy.rules().keepMetadata() ? "COPY" : "REPLACE")
              : List.of();
      case X_AMZ_OBJECT_OWNERSHIP ->
          operation instanceof S3Operation.CreateBucket create
              ? List.of(create.ownership().text())
              : List.of();
      case REQUEST_OBJECT_TAG -> value(objectTags(), key.parameter());
      case REQUEST_OBJECT_TAG_KEYS -> List.copyOf(objectTags().values().keySet());
      default -> List.of(); // not about the operation
    };
  }

  /// The one acted on, where it is named.
  private List<String> version() {
    return switch (demand) {
      case Demand.OnTenant _, Demand.OnBucket _, Demand.OnNewObject _ -> List.of();
      case Demand.OnObject on -> on.version().isLatest() ? List.of() : List.of(on.version().text());
    };
  }

  /// Whether somebody may learn that a key is not there is asked as listing that key.
  private List<String> prefix() {
    if (operation instanceof S3Operation.OnObject object)
      return demand instanceof Demand.OnBucket ? List.of(object.key().text()) : List.of();
    return page().map(PageRequest::prefix).stream().toList();
  }

  private Optional<PageRequest> page() {
    return switch (operation) {
      case S3Operation.ListObjects list -> Optional.of(list.page());
      case S3Operation.ListObjectsV2 list -> Optional.of(list.page());
      case S3Operation.ListObjectVersions list -> Optional.of(list.page());
      case S3Operation.ListMultipartUploads list -> Optional.of(list.page());
      default -> Optional.empty(); // it does not list
    };
  }

  private static List<String> tags(ETags tags) {
    if (tags.any()) return List.of("*");
    return tags.list().stream().flatMap(tag -> List.of(tag.text(), tag.quoted()).stream()).toList();
  }

  /// Whether an object comes to be, or only a part of one that may; nothing for what writes
  /// neither.
  private List<String> creates() {
    return switch (operation) {
      case S3Operation.PutObject _,
          S3Operation.CopyObject _,
          S3Operation.CompleteMultipartUpload _ ->
          List.of("true");
      case S3Operation.CreateMultipartUpload _,
          S3Operation.UploadPart _,
          S3Operation.UploadPartCopy _ ->
          List.of("false");
      default -> List.of(); // it does not write objects
    };
  }

  private AclRequest acl() {
    return switch (operation) {
      case S3Operation.CreateBucket create -> create.acl();
      case S3Operation.PutBucketAcl put -> put.acl();
      case S3Operation.PutObjectAcl put -> put.acl();
      default -> writing().map(Writing::acl).orElse(new AclRequest.Unsaid());
    };
  }

  private Optional<Writing> writing() {
    return switch (operation) {
      case S3Operation.PutObject put -> Optional.of(put.writing());
      case S3Operation.CopyObject copy -> Optional.of(copy.writing());
      case S3Operation.CreateMultipartUpload create -> Optional.of(create.writing());
      default -> Optional.empty(); // it says nothing about a new object
    };
  }

  private List<String> cannedAcl() {
    return acl() instanceof AclRequest.Canned canned ? List.of(canned.text()) : List.of();
  }

  /// All grants of one permission as one value, with and without quotes: `id=…, uri=…`.
  private List<String> grants(Acl.Permission permission) {
    if (!(acl() instanceof AclRequest.Granted(var wanted, _))) return List.of();
    var values = new ArrayList<String>(2);
    for (String quote : List.of("", "\"")) {
      String value =
          wanted.stream()
              .filter(grant -> grant.permission() == permission)
              .map(grant -> grant.whom().text(quote))
              .collect(Collectors.joining(", "));
      if (!value.isEmpty()) values.add(value);
    }
    return values;
  }

  /// `bucket/key`, as policies have it, and with the slash that clients put before it.
  private List<String> copySource() {
    CopySource source =
        switch (operation) {
          case S3Operation.CopyObject copy -> copy.source();
          case S3Operation.UploadPartCopy copy -> copy.source();
          default -> null; // it does not copy
        };
    if (source == null) return List.of();
    String path = source.bucket().text() + "/" + source.key().text();
    return List.of(path, "/" + path);
  }

  private Tags objectTags() {
    return writing().map(Writing::tags).orElse(Tags.NONE);
  }

  static List<String> value(Tags tags, String key) {
    String value = tags.values().get(key);
    return value == null ? List.of() : List.of(value);
  }
}
