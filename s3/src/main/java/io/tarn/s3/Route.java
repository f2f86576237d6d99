package io.tarn.s3;

import static io.tarn.request.Subresource.ACCELERATE;
import static io.tarn.request.Subresource.ACL;
import static io.tarn.request.Subresource.ANALYTICS;
import static io.tarn.request.Subresource.ATTRIBUTES;
import static io.tarn.request.Subresource.CORS;
import static io.tarn.request.Subresource.ENCRYPTION;
import static io.tarn.request.Subresource.INTELLIGENT_TIERING;
import static io.tarn.request.Subresource.INVENTORY;
import static io.tarn.request.Subresource.LIFECYCLE;
import static io.tarn.request.Subresource.LOCATION;
import static io.tarn.request.Subresource.LOGGING;
import static io.tarn.request.Subresource.METRICS;
import static io.tarn.request.Subresource.NONE;
import static io.tarn.request.Subresource.NOTIFICATION;
import static io.tarn.request.Subresource.OBJECT_LOCK;
import static io.tarn.request.Subresource.OWNERSHIP;
import static io.tarn.request.Subresource.POLICY;
import static io.tarn.request.Subresource.POLICY_STATUS;
import static io.tarn.request.Subresource.PUBLIC_ACCESS;
import static io.tarn.request.Subresource.REPLICATION;
import static io.tarn.request.Subresource.REQUEST_PAYMENT;
import static io.tarn.request.Subresource.TAGGING;
import static io.tarn.request.Subresource.UPLOADS;
import static io.tarn.request.Subresource.UPLOAD_ID;
import static io.tarn.request.Subresource.VERSIONING;
import static io.tarn.request.Subresource.VERSIONS;
import static io.tarn.request.Subresource.WEBSITE;
import static io.tarn.s3.Route.Body.CONTENT;
import static io.tarn.s3.Route.Body.DOCUMENT;
import static io.tarn.s3.RouteAddress.Place.BUCKET;
import static io.tarn.s3.RouteAddress.Place.OBJECT;
import static io.tarn.s3.RouteAddress.Place.SERVICE;
import static io.tarn.s3.RouteAddress.delete;
import static io.tarn.s3.RouteAddress.get;
import static io.tarn.s3.RouteAddress.head;
import static io.tarn.s3.RouteAddress.list;
import static io.tarn.s3.RouteAddress.post;
import static io.tarn.s3.RouteAddress.put;

import io.tarn.identity.Action;
import io.tarn.request.S3Request;
import io.tarn.request.Subresource;
import io.tarn.s3.RouteAddress.Place;
import io.tarn.s3.RouteAddress.When;
import io.tarn.s3.S3Operation.DeleteBucket;
import io.tarn.s3.S3Operation.DeleteBucketPolicy;
import io.tarn.s3.S3Operation.DeleteBucketTagging;
import io.tarn.s3.S3Operation.DeleteObjectTagging;
import io.tarn.s3.S3Operation.DeleteObjects;
import io.tarn.s3.S3Operation.GetBucketAcl;
import io.tarn.s3.S3Operation.GetBucketLocation;
import io.tarn.s3.S3Operation.GetBucketPolicy;
import io.tarn.s3.S3Operation.GetBucketPolicyStatus;
import io.tarn.s3.S3Operation.GetBucketTagging;
import io.tarn.s3.S3Operation.GetBucketVersioning;
import io.tarn.s3.S3Operation.GetObjectAcl;
import io.tarn.s3.S3Operation.GetObjectTagging;
import io.tarn.s3.S3Operation.HeadBucket;
import io.tarn.s3.S3Operation.PutBucketPolicy;
import io.tarn.s3.S3Operation.PutBucketTagging;
import io.tarn.s3.S3Operation.PutBucketVersioning;
import io.tarn.s3.S3Operation.PutObjectTagging;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.Version;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The operations of S3 that are there, by the names of the API reference, and the one table of
/// them. A row says which requests are the operation (method, which is a class of work as well,
/// place, and what stands in the query or in a header); the action it needs to be allowed, on a
/// version that is named the one for those ([Action#on]); the body it takes; what parses its
/// arguments; and what may stand in its query beside the sub-resource, if it writes. Of several
/// rows that fit a request the first counts.
///
/// What else an operation needs, because of what it says, is in [S3Operation.Served#demands].
@SuppressWarnings(
    "ImmutableEnumChecker") // enums in a record, a copied set, functions without state
public enum Route {
  LIST_BUCKETS(list(SERVICE), Action.LIST_ALL_MY_BUCKETS, S3Router::listBuckets),
  CREATE_BUCKET(put(BUCKET), Action.CREATE_BUCKET, DOCUMENT, BucketParsers::create),
  HEAD_BUCKET(head(BUCKET), Action.LIST_BUCKET, bucket(HeadBucket::new)),
  DELETE_BUCKET(delete(BUCKET), Action.DELETE_BUCKET, bucket(DeleteBucket::new)),
  GET_BUCKET_ACL(get(BUCKET, ACL), Action.GET_BUCKET_ACL, bucket(GetBucketAcl::new)),
  PUT_BUCKET_ACL(put(BUCKET, ACL), Action.PUT_BUCKET_ACL, DOCUMENT, BucketParsers::putAcl),
  GET_BUCKET_LOCATION(
      get(BUCKET, LOCATION), Action.GET_BUCKET_LOCATION, bucket(GetBucketLocation::new)),
  GET_BUCKET_VERSIONING(
      get(BUCKET, VERSIONING), Action.GET_BUCKET_VERSIONING, bucket(GetBucketVersioning::new)),
  PUT_BUCKET_VERSIONING(
      put(BUCKET, VERSIONING),
      Action.PUT_BUCKET_VERSIONING,
      DOCUMENT,
      bucket(PutBucketVersioning::new)),
  GET_BUCKET_TAGGING(
      get(BUCKET, TAGGING), Action.GET_BUCKET_TAGGING, bucket(GetBucketTagging::new)),
  PUT_BUCKET_TAGGING(
      put(BUCKET, TAGGING), Action.PUT_BUCKET_TAGGING, DOCUMENT, bucket(PutBucketTagging::new)),
  DELETE_BUCKET_TAGGING(
      delete(BUCKET, TAGGING), Action.PUT_BUCKET_TAGGING, bucket(DeleteBucketTagging::new)),
  GET_BUCKET_POLICY(get(BUCKET, POLICY), Action.GET_BUCKET_POLICY, bucket(GetBucketPolicy::new)),
  PUT_BUCKET_POLICY(
      put(BUCKET, POLICY), Action.PUT_BUCKET_POLICY, DOCUMENT, bucket(PutBucketPolicy::new)),
  DELETE_BUCKET_POLICY(
      delete(BUCKET, POLICY), Action.DELETE_BUCKET_POLICY, bucket(DeleteBucketPolicy::new)),
  GET_BUCKET_POLICY_STATUS(
      get(BUCKET, POLICY_STATUS),
      Action.GET_BUCKET_POLICY_STATUS,
      bucket(GetBucketPolicyStatus::new)),
  GET_BUCKET_ACCELERATE_CONFIGURATION(
      get(BUCKET, ACCELERATE),
      Action.GET_ACCELERATE_CONFIGURATION,
      one(BucketConfiguration.ACCELERATE)),
  GET_BUCKET_ANALYTICS_CONFIGURATION(
      get(BUCKET, ANALYTICS, When.ID),
      Action.GET_ANALYTICS_CONFIGURATION,
      one(BucketConfiguration.ANALYTICS)),
  LIST_BUCKET_ANALYTICS_CONFIGURATIONS(
      get(BUCKET, ANALYTICS),
      Action.GET_ANALYTICS_CONFIGURATION,
      all(BucketConfiguration.ANALYTICS)),
  GET_BUCKET_CORS(get(BUCKET, CORS), Action.GET_BUCKET_CORS, one(BucketConfiguration.CORS)),
  GET_BUCKET_ENCRYPTION(
      get(BUCKET, ENCRYPTION),
      Action.GET_ENCRYPTION_CONFIGURATION,
      one(BucketConfiguration.ENCRYPTION)),
  GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
      get(BUCKET, INTELLIGENT_TIERING, When.ID),
      Action.GET_INTELLIGENT_TIERING_CONFIGURATION,
      one(BucketConfiguration.INTELLIGENT_TIERING)),
  LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS(
      get(BUCKET, INTELLIGENT_TIERING),
      Action.GET_INTELLIGENT_TIERING_CONFIGURATION,
      all(BucketConfiguration.INTELLIGENT_TIERING)),
  GET_BUCKET_INVENTORY_CONFIGURATION(
      get(BUCKET, INVENTORY, When.ID),
      Action.GET_INVENTORY_CONFIGURATION,
      one(BucketConfiguration.INVENTORY)),
  LIST_BUCKET_INVENTORY_CONFIGURATIONS(
      get(BUCKET, INVENTORY),
      Action.GET_INVENTORY_CONFIGURATION,
      all(BucketConfiguration.INVENTORY)),
  GET_BUCKET_LIFECYCLE_CONFIGURATION(
      get(BUCKET, LIFECYCLE),
      Action.GET_LIFECYCLE_CONFIGURATION,
      one(BucketConfiguration.LIFECYCLE)),
  GET_BUCKET_LOGGING(
      get(BUCKET, LOGGING), Action.GET_BUCKET_LOGGING, one(BucketConfiguration.LOGGING)),
  GET_BUCKET_METRICS_CONFIGURATION(
      get(BUCKET, METRICS, When.ID),
      Action.GET_METRICS_CONFIGURATION,
      one(BucketConfiguration.METRICS)),
  LIST_BUCKET_METRICS_CONFIGURATIONS(
      get(BUCKET, METRICS), Action.GET_METRICS_CONFIGURATION, all(BucketConfiguration.METRICS)),
  GET_BUCKET_NOTIFICATION_CONFIGURATION(
      get(BUCKET, NOTIFICATION),
      Action.GET_BUCKET_NOTIFICATION,
      one(BucketConfiguration.NOTIFICATION)),
  GET_OBJECT_LOCK_CONFIGURATION(
      get(BUCKET, OBJECT_LOCK),
      Action.GET_BUCKET_OBJECT_LOCK_CONFIGURATION,
      one(BucketConfiguration.OBJECT_LOCK)),
  GET_BUCKET_OWNERSHIP_CONTROLS(
      get(BUCKET, OWNERSHIP),
      Action.GET_BUCKET_OWNERSHIP_CONTROLS,
      one(BucketConfiguration.OWNERSHIP)),
  GET_PUBLIC_ACCESS_BLOCK(
      get(BUCKET, PUBLIC_ACCESS),
      Action.GET_BUCKET_PUBLIC_ACCESS_BLOCK,
      one(BucketConfiguration.PUBLIC_ACCESS)),
  GET_BUCKET_REPLICATION(
      get(BUCKET, REPLICATION),
      Action.GET_REPLICATION_CONFIGURATION,
      one(BucketConfiguration.REPLICATION)),
  GET_BUCKET_REQUEST_PAYMENT(
      get(BUCKET, REQUEST_PAYMENT),
      Action.GET_BUCKET_REQUEST_PAYMENT,
      one(BucketConfiguration.REQUEST_PAYMENT)),
  GET_BUCKET_WEBSITE(
      get(BUCKET, WEBSITE), Action.GET_BUCKET_WEBSITE, one(BucketConfiguration.WEBSITE)),
  LIST_OBJECTS_V2(list(BUCKET, When.LIST_TYPE), Action.LIST_BUCKET, BucketParsers::listV2),
  LIST_OBJECTS(list(BUCKET), Action.LIST_BUCKET, BucketParsers::list),
  LIST_OBJECT_VERSIONS(
      list(BUCKET, VERSIONS), Action.LIST_BUCKET_VERSIONS, BucketParsers::listVersions),
  LIST_MULTIPART_UPLOADS(
      list(BUCKET, UPLOADS), Action.LIST_BUCKET_MULTIPART_UPLOADS, BucketParsers::listUploads),
  DELETE_OBJECTS(
      post(BUCKET, Subresource.DELETE), Action.DELETE_OBJECT, DOCUMENT, bucket(DeleteObjects::new)),
  GET_OBJECT(get(OBJECT), Action.GET_OBJECT, ObjectParsers::get),
  HEAD_OBJECT(head(OBJECT), Action.GET_OBJECT, ObjectParsers::head),
  COPY_OBJECT(put(OBJECT, When.COPIES), Action.PUT_OBJECT, ObjectParsers::copy),
  PUT_OBJECT(put(OBJECT), Action.PUT_OBJECT, CONTENT, ObjectParsers::put),
  DELETE_OBJECT(delete(OBJECT), Action.DELETE_OBJECT, ObjectParsers::delete, "versionId"),
  GET_OBJECT_ACL(get(OBJECT, ACL), Action.GET_OBJECT_ACL, version(GetObjectAcl::new)),
  PUT_OBJECT_ACL(
      put(OBJECT, ACL), Action.PUT_OBJECT_ACL, DOCUMENT, ObjectParsers::putAcl, "versionId"),
  GET_OBJECT_ATTRIBUTES(get(OBJECT, ATTRIBUTES), Action.GET_OBJECT_ATTRIBUTES, Attributes::parse),
  GET_OBJECT_TAGGING(
      get(OBJECT, TAGGING), Action.GET_OBJECT_TAGGING, version(GetObjectTagging::new)),
  PUT_OBJECT_TAGGING(
      put(OBJECT, TAGGING),
      Action.PUT_OBJECT_TAGGING,
      DOCUMENT,
      version(PutObjectTagging::new),
      "versionId"),
  DELETE_OBJECT_TAGGING(
      delete(OBJECT, TAGGING),
      Action.DELETE_OBJECT_TAGGING,
      version(DeleteObjectTagging::new),
      "versionId"),
  CREATE_MULTIPART_UPLOAD(post(OBJECT, UPLOADS), Action.PUT_OBJECT, ObjectParsers::createUpload),
  UPLOAD_PART_COPY(
      put(OBJECT, UPLOAD_ID, When.COPIES),
      Action.PUT_OBJECT,
      ObjectParsers::copyPart,
      "partNumber"),
  UPLOAD_PART(
      put(OBJECT, UPLOAD_ID), Action.PUT_OBJECT, CONTENT, ObjectParsers::putPart, "partNumber"),
  COMPLETE_MULTIPART_UPLOAD(
      post(OBJECT, UPLOAD_ID), Action.PUT_OBJECT, DOCUMENT, ObjectParsers::completeUpload),
  ABORT_MULTIPART_UPLOAD(
      delete(OBJECT, UPLOAD_ID), Action.ABORT_MULTIPART_UPLOAD, ObjectParsers::abortUpload),
  LIST_PARTS(list(OBJECT, UPLOAD_ID), Action.LIST_MULTIPART_UPLOAD_PARTS, ObjectParsers::listParts);

  /// What carrying it out is like, and so what it has to wait for.
  public enum Work {
    READ,
    /// A page of a listing.
    LIST,
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

  @FunctionalInterface
  private interface Parser {
    /// @throws S3Failure when the arguments make no sense
    S3Operation.Served parse(S3Request request);
  }

  private static final Map<Place, Map<Subresource, List<Route>>> BY_ADDRESS = byAddress();

  private final String text;
  private final RouteAddress address;
  private final Action action;
  private final Body body;

  private final Parser parser;
  private final Set<String> parameters;

  Route(RouteAddress address, Action action, Parser parser, String... parameters) {
    this(address, action, Body.NONE, parser, parameters);
  }

  /// `parameters` are what the query of one that writes may have beside the sub-resource.
  Route(RouteAddress address, Action action, Body body, Parser parser, String... parameters) {
    this.text = spelled(name());
    this.address = address;
    this.action = action;
    this.body = body;
    this.parser = parser;
    var own = new HashSet<>(List.of(parameters));
    if (address.subresource() != NONE) own.add(address.subresource().parameter());
    this.parameters = Set.copyOf(own);
  }

  /// `GET_BUCKET_ACL` as the API reference spells it.
  private static String spelled(String constant) {
    var text = new StringBuilder();
    for (String word : constant.split("_", -1)) {
      text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }

  private static Parser bucket(Function<BucketName, S3Operation.Served> make) {
    return request -> make.apply(S3Router.bucketOf(request));
  }

  private static Parser one(BucketConfiguration configuration) {
    return request ->
        new S3Operation.GetBucketConfiguration(S3Router.bucketOf(request), configuration, false);
  }

  private static Parser all(BucketConfiguration configuration) {
    return request -> BucketParsers.listConfigurations(request, configuration);
  }

  @FunctionalInterface
  private interface OfVersion {
    S3Operation.Served of(BucketName bucket, Key key, Version version);
  }

  private static Parser version(OfVersion make) {
    return request ->
        make.of(
            S3Router.bucketOf(request),
            S3Router.keyOf(request),
            S3Router.versionOf(request.query()));
  }

  private static Map<Place, Map<Subresource, List<Route>>> byAddress() {
    var routes = new EnumMap<Place, Map<Subresource, List<Route>>>(Place.class);
    for (Route route : values()) {
      routes
          .computeIfAbsent(route.address.place(), _ -> new EnumMap<>(Subresource.class))
          .computeIfAbsent(route.address.subresource(), _ -> new ArrayList<>())
          .add(route);
    }
    return routes;
  }

  /// The one a request asks for; null when there is none.
  static @Nullable Route find(S3Request request, Place place, Subresource subresource) {
    List<Route> here = BY_ADDRESS.getOrDefault(place, Map.of()).get(subresource);
    if (here == null) return null;
    for (Route route : here) {
      if (route.address.isOf(request)) return route;
    }
    return null;
  }

  /// The row of an operation.
  static Route of(S3Operation.Served operation) {
    return switch (operation) {
      case S3Operation.ListBuckets _ -> LIST_BUCKETS;
      case S3Operation.CreateBucket _ -> CREATE_BUCKET;
      case S3Operation.HeadBucket _ -> HEAD_BUCKET;
      case S3Operation.DeleteBucket _ -> DELETE_BUCKET;
      case S3Operation.GetBucketAcl _ -> GET_BUCKET_ACL;
      case S3Operation.PutBucketAcl _ -> PUT_BUCKET_ACL;
      case S3Operation.GetBucketLocation _ -> GET_BUCKET_LOCATION;
      case S3Operation.GetBucketVersioning _ -> GET_BUCKET_VERSIONING;
      case S3Operation.PutBucketVersioning _ -> PUT_BUCKET_VERSIONING;
      case S3Operation.GetBucketTagging _ -> GET_BUCKET_TAGGING;
      case S3Operation.PutBucketTagging _ -> PUT_BUCKET_TAGGING;
      case S3Operation.DeleteBucketTagging _ -> DELETE_BUCKET_TAGGING;
      case S3Operation.GetBucketPolicy _ -> GET_BUCKET_POLICY;
      case S3Operation.PutBucketPolicy _ -> PUT_BUCKET_POLICY;
      case S3Operation.DeleteBucketPolicy _ -> DELETE_BUCKET_POLICY;
      case S3Operation.GetBucketPolicyStatus _ -> GET_BUCKET_POLICY_STATUS;
      case S3Operation.ListObjectsV2 _ -> LIST_OBJECTS_V2;
      case S3Operation.ListObjects _ -> LIST_OBJECTS;
      case S3Operation.ListObjectVersions _ -> LIST_OBJECT_VERSIONS;
      case S3Operation.ListMultipartUploads _ -> LIST_MULTIPART_UPLOADS;
      case S3Operation.DeleteObjects _ -> DELETE_OBJECTS;
      case S3Operation.GetObject _ -> GET_OBJECT;
      case S3Operation.HeadObject _ -> HEAD_OBJECT;
      case S3Operation.CopyObject _ -> COPY_OBJECT;
      case S3Operation.PutObject _ -> PUT_OBJECT;
      case S3Operation.DeleteObject _ -> DELETE_OBJECT;
      case S3Operation.GetObjectAcl _ -> GET_OBJECT_ACL;
      case S3Operation.PutObjectAcl _ -> PUT_OBJECT_ACL;
      case S3Operation.GetObjectAttributes _ -> GET_OBJECT_ATTRIBUTES;
      case S3Operation.GetObjectTagging _ -> GET_OBJECT_TAGGING;
      case S3Operation.PutObjectTagging _ -> PUT_OBJECT_TAGGING;
      case S3Operation.DeleteObjectTagging _ -> DELETE_OBJECT_TAGGING;
      case S3Operation.CreateMultipartUpload _ -> CREATE_MULTIPART_UPLOAD;
      case S3Operation.UploadPartCopy _ -> UPLOAD_PART_COPY;
      case S3Operation.UploadPart _ -> UPLOAD_PART;
      case S3Operation.CompleteMultipartUpload _ -> COMPLETE_MULTIPART_UPLOAD;
      case S3Operation.AbortMultipartUpload _ -> ABORT_MULTIPART_UPLOAD;
      case S3Operation.ListParts _ -> LIST_PARTS;
      case S3Operation.GetBucketConfiguration get -> of(get.configuration(), get.all());
    };
  }

  private static Route of(BucketConfiguration configuration, boolean all) {
    return switch (configuration) {
      case ACCELERATE -> GET_BUCKET_ACCELERATE_CONFIGURATION;
      case ANALYTICS ->
          all ? LIST_BUCKET_ANALYTICS_CONFIGURATIONS : GET_BUCKET_ANALYTICS_CONFIGURATION;
      case CORS -> GET_BUCKET_CORS;
      case ENCRYPTION -> GET_BUCKET_ENCRYPTION;
      case INTELLIGENT_TIERING ->
          all
              ? LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS
              : GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION;
      case INVENTORY ->
          all ? LIST_BUCKET_INVENTORY_CONFIGURATIONS : GET_BUCKET_INVENTORY_CONFIGURATION;
      case LIFECYCLE -> GET_BUCKET_LIFECYCLE_CONFIGURATION;
      case LOGGING -> GET_BUCKET_LOGGING;
      case METRICS -> all ? LIST_BUCKET_METRICS_CONFIGURATIONS : GET_BUCKET_METRICS_CONFIGURATION;
      case NOTIFICATION -> GET_BUCKET_NOTIFICATION_CONFIGURATION;
      case OBJECT_LOCK -> GET_OBJECT_LOCK_CONFIGURATION;
      case OWNERSHIP -> GET_BUCKET_OWNERSHIP_CONTROLS;
      case PUBLIC_ACCESS -> GET_PUBLIC_ACCESS_BLOCK;
      case REPLICATION -> GET_BUCKET_REPLICATION;
      case REQUEST_PAYMENT -> GET_BUCKET_REQUEST_PAYMENT;
      case WEBSITE -> GET_BUCKET_WEBSITE;
    };
  }

  /// @throws S3Failure when the arguments make no sense
  S3Operation.Served parse(S3Request request) {
    return parser.parse(request);
  }

  /// The name in the API reference.
  public String text() {
    return text;
  }

  /// What it needs to be allowed.
  public Action action() {
    return action;
  }

  public Work work() {
    return address.work();
  }

  public Body body() {
    return body;
  }

  /// What its requests look like: `GET /bucket?acl`.
  public String request() {
    return address.text();
  }

  RouteAddress address() {
    return address;
  }

  /// The query parameters of an operation that writes; those of one that reads do not matter.
  Set<String> parameters() {
    return parameters;
  }
}
