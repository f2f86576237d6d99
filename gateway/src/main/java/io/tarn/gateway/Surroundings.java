package io.tarn.gateway;

import io.tarn.http.RequestHead;
import io.tarn.identity.Circumstances;
import io.tarn.identity.ConditionKey;
import io.tarn.s3.Demand;
import io.tarn.s3.PageRequest;
import io.tarn.s3.Proof;
import io.tarn.s3.Query;
import io.tarn.s3.S3Operation;
import io.tarn.s3.S3Request;
import io.tarn.s3.Writing;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What conditions of policies may ask about a request. Everything is looked up only when a policy
/// asks for it.
final class Surroundings {
  private final ObjectStore objects;
  private final People people;
  private final InstantSource clock;
  private final String region;

  Surroundings(ObjectStore objects, People people, InstantSource clock, String region) {
    this.objects = objects;
    this.people = people;
    this.clock = clock;
    this.region = region;
  }

  /// What surrounds one demand of an operation; `bucket` is null where there is none.
  Circumstances of(Call call, S3Operation operation, Demand demand, @Nullable Bucket bucket) {
    return key ->
        switch (key.name()) {
          case EXISTING_OBJECT_TAG ->
              bucket == null ? List.of() : existingTag(operation, demand, bucket, key.parameter());
          case RESOURCE_ACCOUNT, S3_RESOURCE_ACCOUNT ->
              bucket == null ? List.of() : account(bucket.owner());
          case PREFIX -> prefix(call, operation, demand);
          default -> values(call, operation, key);
        };
  }

  /// Whether somebody may learn that a key is not there is asked as listing that key.
  private static List<String> prefix(Call call, S3Operation operation, Demand demand) {
    if (operation instanceof S3Operation.OnObject object)
      return demand.key().isEmpty() ? List.of(object.key().text()) : List.of();
    return lists(operation) ? List.of(call.request().query().text("prefix")) : List.of();
  }

  private List<String> values(Call call, S3Operation operation, ConditionKey key) {
    S3Request request = call.request();
    RequestHead head = call.exchange().head();
    return switch (key.name()) {
      case SOURCE_IP -> List.of(head.remote().getAddress().getHostAddress());
      case SECURE_TRANSPORT -> List.of(Boolean.toString(head.secure()));
      case CURRENT_TIME -> List.of(clock.instant().toString());
      case EPOCH_TIME -> List.of(Long.toString(clock.instant().getEpochSecond()));
      case USER_AGENT -> header(request, "user-agent");
      case REFERER -> header(request, "referer");
      case REQUESTED_REGION -> List.of(region);
      case DELIMITER, MAX_KEYS -> ofPage(request.query(), operation, key);
      case VERSION_ID -> said(request.query().first("versionId"));
      case AUTH_TYPE, SIGNATURE_VERSION, SIGNATURE_AGE -> ofSignature(call, key);
      case REQUEST_OBJECT_TAG -> said(requestTags(operation).values().get(key.parameter()));
      case REQUEST_OBJECT_TAG_KEYS -> List.copyOf(requestTags(operation).values().keySet());
      case IF_MATCH -> header(request, "if-match");
      case IF_NONE_MATCH -> header(request, "if-none-match");
      default -> ofHeader(request, key);
    };
  }

  /// `s3:x-amz-…` asks for the header of that name.
  private static List<String> ofHeader(S3Request request, ConditionKey key) {
    String name = key.name().text();
    return name.startsWith("s3:x-amz-") ? header(request, name.substring(3)) : List.of();
  }

  private static List<String> header(S3Request request, String name) {
    return said(request.headers().first(name));
  }

  private static List<String> said(@Nullable String value) {
    return value == null ? List.of() : List.of(value);
  }

  private List<String> account(TenantId tenant) {
    String number = people.account(tenant).number();
    return number.isEmpty() ? List.of() : List.of(number);
  }

  private static boolean lists(S3Operation operation) {
    return operation instanceof S3Operation.ListObjects
        || operation instanceof S3Operation.ListObjectsV2
        || operation instanceof S3Operation.ListObjectVersions
        || operation instanceof S3Operation.ListMultipartUploads;
  }

  private static List<String> ofPage(Query query, S3Operation operation, ConditionKey key) {
    if (!lists(operation)) return List.of();
    return switch (key.name()) {
      case DELIMITER -> List.of(query.text("delimiter"));
      default -> {
        String most = query.text("max-keys");
        yield List.of(most.isEmpty() ? Integer.toString(PageRequest.MOST) : most);
      }
    };
  }

  private List<String> ofSignature(Call call, ConditionKey key) {
    return switch (call.proof()) {
      case Proof.Anonymous _ -> List.of();
      case Proof.Signed signed ->
          switch (key.name()) {
            case AUTH_TYPE ->
                List.of(
                    switch (signed.form()) {
                      case HEADER -> "REST-HEADER";
                      case QUERY -> "REST-QUERY-STRING";
                    });
            case SIGNATURE_VERSION -> List.of("AWS4-HMAC-SHA256");
            default -> List.of(Long.toString(age(signed.signedAt())));
          };
    };
  }

  private long age(Instant signedAt) {
    return Math.max(0, clock.millis() - signedAt.toEpochMilli());
  }

  private static Tags requestTags(S3Operation operation) {
    Writing writing =
        switch (operation) {
          case S3Operation.PutObject put -> put.writing();
          case S3Operation.CopyObject copy -> copy.writing();
          case S3Operation.CreateMultipartUpload create -> create.writing();
          default -> null;
        };
    return writing == null ? Tags.NONE : writing.tags();
  }

  private List<String> existingTag(
      S3Operation operation, Demand demand, Bucket bucket, String tag) {
    if (demand.key().isEmpty()) return List.of();
    Version version = versionOf(operation, demand);
    try {
      var read = new Read(bucket, new Key(demand.key()), version, Conditions.NONE);
      return said(objects.head(read).tags().values().get(tag));
    } catch (StoreFailure.NoSuchKey | StoreFailure.NoSuchVersion | StoreFailure.DeleteMarkerMet e) {
      return List.of();
    }
  }

  static Version versionOf(S3Operation operation, Demand demand) {
    boolean reads = demand.action().startsWith("s3:GetObject");
    return switch (operation) {
      case S3Operation.CopyObject copy -> reads ? copy.source().version() : Version.LATEST;
      case S3Operation.UploadPartCopy copy -> reads ? copy.source().version() : Version.LATEST;
      case S3Operation.GetObject get -> get.reading().version();
      case S3Operation.HeadObject head -> head.reading().version();
      case S3Operation.GetObjectAttributes get -> get.version();
      case S3Operation.GetObjectAcl get -> get.version();
      case S3Operation.PutObjectAcl put -> put.version();
      case S3Operation.GetObjectTagging get -> get.version();
      case S3Operation.PutObjectTagging put -> put.version();
      case S3Operation.DeleteObjectTagging delete -> delete.version();
      case S3Operation.DeleteObject delete -> delete.version();
      default -> Version.LATEST;
    };
  }
}
