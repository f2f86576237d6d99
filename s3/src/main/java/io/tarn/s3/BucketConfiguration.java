package io.tarn.s3;

import io.tarn.identity.Action;
import io.tarn.store.BucketName;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The configurations of a bucket that S3 has and that cannot be set here. Asked for one, the
/// answer is what S3's is of a bucket for which nobody set it: clients that look after buckets ask
/// for a dozen of them, whether they use them or not, and take any other answer for a fault.
public enum BucketConfiguration {
  ACCELERATE(
      Subresource.ACCELERATE,
      Action.GET_ACCELERATE_CONFIGURATION,
      Route.GET_ACCELERATE,
      "AccelerateConfiguration"),
  ANALYTICS(
      Subresource.ANALYTICS,
      Action.GET_ANALYTICS_CONFIGURATION,
      Route.GET_ANALYTICS,
      Route.LIST_ANALYTICS,
      "ListBucketAnalyticsConfigurationResult"),
  CORS(Subresource.CORS, Action.GET_BUCKET_CORS, Route.GET_CORS, S3Error.NO_SUCH_CORS),
  /// S3 encrypts by itself, and says so; here nothing is, and this is its answer from before.
  ENCRYPTION(
      Subresource.ENCRYPTION,
      Action.GET_ENCRYPTION_CONFIGURATION,
      Route.GET_ENCRYPTION,
      S3Error.ENCRYPTION_NOT_FOUND),
  INTELLIGENT_TIERING(
      Subresource.INTELLIGENT_TIERING,
      Action.GET_INTELLIGENT_TIERING_CONFIGURATION,
      Route.GET_INTELLIGENT_TIERING,
      Route.LIST_INTELLIGENT_TIERING,
      "ListBucketIntelligentTieringConfigurationsOutput"),
  INVENTORY(
      Subresource.INVENTORY,
      Action.GET_INVENTORY_CONFIGURATION,
      Route.GET_INVENTORY,
      Route.LIST_INVENTORY,
      "ListInventoryConfigurationsResult"),
  LIFECYCLE(
      Subresource.LIFECYCLE,
      Action.GET_LIFECYCLE_CONFIGURATION,
      Route.GET_LIFECYCLE,
      S3Error.NO_SUCH_LIFECYCLE),
  LOGGING(Subresource.LOGGING, Action.GET_BUCKET_LOGGING, Route.GET_LOGGING, "BucketLoggingStatus"),
  METRICS(
      Subresource.METRICS,
      Action.GET_METRICS_CONFIGURATION,
      Route.GET_METRICS,
      Route.LIST_METRICS,
      "ListMetricsConfigurationsResult"),
  NOTIFICATION(
      Subresource.NOTIFICATION,
      Action.GET_BUCKET_NOTIFICATION,
      Route.GET_NOTIFICATION,
      "NotificationConfiguration"),
  OBJECT_LOCK(
      Subresource.OBJECT_LOCK,
      Action.GET_BUCKET_OBJECT_LOCK_CONFIGURATION,
      Route.GET_OBJECT_LOCK,
      S3Error.OBJECT_LOCK_NOT_FOUND),
  /// Of a bucket that was made with one: then there is an answer.
  OWNERSHIP(
      Subresource.OWNERSHIP,
      Action.GET_BUCKET_OWNERSHIP_CONTROLS,
      Route.GET_OWNERSHIP_CONTROLS,
      S3Error.OWNERSHIP_CONTROLS_NOT_FOUND),
  PUBLIC_ACCESS(
      Subresource.PUBLIC_ACCESS,
      Action.GET_BUCKET_PUBLIC_ACCESS_BLOCK,
      Route.GET_PUBLIC_ACCESS_BLOCK,
      S3Error.NO_SUCH_PUBLIC_ACCESS_BLOCK),
  REPLICATION(
      Subresource.REPLICATION,
      Action.GET_REPLICATION_CONFIGURATION,
      Route.GET_REPLICATION,
      S3Error.REPLICATION_NOT_FOUND),
  REQUEST_PAYMENT(
      Subresource.REQUEST_PAYMENT,
      Action.GET_BUCKET_REQUEST_PAYMENT,
      Route.GET_REQUEST_PAYMENT,
      "RequestPaymentConfiguration"),
  WEBSITE(
      Subresource.WEBSITE, Action.GET_BUCKET_WEBSITE, Route.GET_WEBSITE, S3Error.NO_SUCH_WEBSITE);

  private static final Map<Subresource, BucketConfiguration> BY_SUBRESOURCE =
      new EnumMap<>(Subresource.class);

  static {
    for (BucketConfiguration one : values()) BY_SUBRESOURCE.put(one.subresource, one);
  }

  private final Subresource subresource;
  private final Action action;
  private final Route get;
  private final @Nullable Route list;
  private final @Nullable S3Error absence;
  private final String root;

  BucketConfiguration(Subresource subresource, Action action, Route get, S3Error absence) {
    this(subresource, action, get, null, absence, "");
  }

  BucketConfiguration(Subresource subresource, Action action, Route get, String root) {
    this(subresource, action, get, null, null, root);
  }

  /// One of which a bucket can have many, by id.
  BucketConfiguration(Subresource subresource, Action action, Route get, Route list, String root) {
    this(subresource, action, get, list, S3Error.NO_SUCH_CONFIGURATION, root);
  }

  BucketConfiguration(
      Subresource subresource,
      Action action,
      Route get,
      @Nullable Route list,
      @Nullable S3Error absence,
      String root) {
    this.subresource = subresource;
    this.action = action;
    this.get = get;
    this.list = list;
    this.absence = absence;
    this.root = root;
  }

  /// What this query asks for; null when it is none of these.
  static S3Operation.@Nullable GetBucketConfiguration asked(
      Query query, BucketName bucket, Subresource subresource) {
    BucketConfiguration configuration = BY_SUBRESOURCE.get(subresource);
    if (configuration == null) return null;
    boolean all = configuration.list != null && !query.has("id");
    // No list here has a second page, so no token is one.
    if (all && !query.text("continuation-token").isEmpty())
      throw S3Failure.argument(
          "The continuation token provided is incorrect",
          "continuation-token",
          Numbers.abbreviated(query.text("continuation-token")));
    return new S3Operation.GetBucketConfiguration(bucket, configuration, all);
  }

  Route route(boolean all) {
    return all && list != null ? list : get;
  }

  /// The permission that asking for it needs.
  Action action() {
    return action;
  }

  /// What S3 answers where nobody set it. `all` asks for those of every id.
  ///
  /// @throws S3Failure when S3 says that there is none
  public ByteBuffer whereUnset(boolean all) {
    if (absence != null && !all) throw new S3Failure(absence);
    var xml = XmlWriter.document(root, 256);
    if (all) xml.element("IsTruncated", false);
    if (this == REQUEST_PAYMENT) xml.element("Payer", "BucketOwner");
    return xml.close(root).finish();
  }
}
