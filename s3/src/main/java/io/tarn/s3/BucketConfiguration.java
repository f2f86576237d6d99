package io.tarn.s3;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The configurations of a bucket that S3 has and that cannot be set here. Asked for one, the
/// answer is what S3's is of a bucket for which nobody set it: clients that look after buckets ask
/// for a dozen of them, whether they use them or not, and take any other answer for a fault.
public enum BucketConfiguration {
  ACCELERATE("AccelerateConfiguration"),
  ANALYTICS(S3Error.NO_SUCH_CONFIGURATION, "ListBucketAnalyticsConfigurationResult"),
  CORS(S3Error.NO_SUCH_CORS),
  /// S3 encrypts by itself, and says so; here nothing is, and this is its answer from before.
  ENCRYPTION(S3Error.ENCRYPTION_NOT_FOUND),
  INTELLIGENT_TIERING(
      S3Error.NO_SUCH_CONFIGURATION, "ListBucketIntelligentTieringConfigurationsOutput"),
  INVENTORY(S3Error.NO_SUCH_CONFIGURATION, "ListInventoryConfigurationsResult"),
  LIFECYCLE(S3Error.NO_SUCH_LIFECYCLE),
  LOGGING("BucketLoggingStatus"),
  METRICS(S3Error.NO_SUCH_CONFIGURATION, "ListMetricsConfigurationsResult"),
  NOTIFICATION("NotificationConfiguration"),
  OBJECT_LOCK(S3Error.OBJECT_LOCK_NOT_FOUND),
  /// Of a bucket that was made with one: then there is an answer.
  OWNERSHIP(S3Error.OWNERSHIP_CONTROLS_NOT_FOUND),
  PUBLIC_ACCESS(S3Error.NO_SUCH_PUBLIC_ACCESS_BLOCK),
  REPLICATION(S3Error.REPLICATION_NOT_FOUND),
  REQUEST_PAYMENT("RequestPaymentConfiguration"),
  WEBSITE(S3Error.NO_SUCH_WEBSITE);

  private final @Nullable S3Error absence;
  private final String root;

  BucketConfiguration(S3Error absence) {
    this(absence, "");
  }

  BucketConfiguration(String root) {
    this(null, root);
  }

  /// One of which a bucket can have many, by id.
  BucketConfiguration(@Nullable S3Error absence, String root) {
    this.absence = absence;
    this.root = root;
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
