package io.tarn.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What ends a request. The kinds are chosen by what the caller should do: fix the request, try
/// again, or stop and look. Kinds that happen every day carry no stack trace. A failure means that
/// nothing was changed, but for [Indeterminate].
@SuppressWarnings("serial") // never serialised
public abstract sealed class StoreFailure extends RuntimeException {
  private StoreFailure(String message) {
    super(message, null, false, false);
  }

  private StoreFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// One that is about a key.
  public interface OfKey {
    Key key();
  }

  // Fix the request.

  public static final class NoSuchBucket extends StoreFailure {
    private final BucketName bucket;

    public NoSuchBucket(BucketName bucket) {
      super("no bucket " + bucket);
      this.bucket = bucket;
    }

    public BucketName bucket() {
      return bucket;
    }
  }

  public static final class NoSuchKey extends StoreFailure implements OfKey {
    private final Key key;

    public NoSuchKey(Key key) {
      super("no key " + key);
      this.key = key;
    }

    @Override
    public Key key() {
      return key;
    }
  }

  public static final class NoSuchVersion extends StoreFailure implements OfKey {
    private final Key key;
    private final Version version;

    public NoSuchVersion(Key key, Version version) {
      super("no version %s of %s".formatted(version, key));
      this.key = key;
      this.version = version;
    }

    @Override
    public Key key() {
      return key;
    }

    public Version version() {
      return version;
    }
  }

  /// The version asked for is a delete marker; `latest` when it was met by asking for the latest.
  public static final class DeleteMarkerMet extends StoreFailure implements OfKey {
    private final Key key;
    private final Version version;
    private final Instant modified;
    private final boolean latest;

    public DeleteMarkerMet(Key key, Version version, Instant modified, boolean latest) {
      super("%s of %s is a delete marker".formatted(version, key));
      this.key = key;
      this.version = version;
      this.modified = modified;
      this.latest = latest;
    }

    @Override
    public Key key() {
      return key;
    }

    public Version version() {
      return version;
    }

    public Instant modified() {
      return modified;
    }

    public boolean latest() {
      return latest;
    }
  }

  public static final class NoSuchUpload extends StoreFailure {
    private final UploadId upload;

    public NoSuchUpload(UploadId upload) {
      super("no upload " + upload);
      this.upload = upload;
    }

    public UploadId upload() {
      return upload;
    }
  }

  /// A bucket of that name exists already and belongs to `owner`.
  public static final class BucketExists extends StoreFailure {
    private final Bucket bucket;

    public BucketExists(Bucket bucket) {
      super("bucket %s exists".formatted(bucket.name()));
      this.bucket = bucket;
    }

    public Bucket bucket() {
      return bucket;
    }
  }

  public static final class BucketNotEmpty extends StoreFailure {
    public BucketNotEmpty(BucketName bucket) {
      super("bucket %s is not empty".formatted(bucket));
    }
  }

  /// A condition of the request does not hold, of the object itself or of the source of a copy.
  public static final class ConditionFailed extends StoreFailure {
    private final Conditions.Condition condition;
    private final boolean ofSource;

    private ConditionFailed(Conditions.Condition condition, boolean ofSource) {
      super(condition.text() + " does not hold");
      this.condition = condition;
      this.ofSource = ofSource;
    }

    public static ConditionFailed of(Conditions.Condition condition) {
      return new ConditionFailed(condition, false);
    }

    public static ConditionFailed ofSource(Conditions.Condition condition) {
      return new ConditionFailed(condition, true);
    }

    public Conditions.Condition condition() {
      return condition;
    }

    public boolean ofSource() {
      return ofSource;
    }
  }

  /// The object has none of the bytes that are wanted; it has `size`.
  public static final class NoSuchRange extends StoreFailure {
    private final long size;

    public NoSuchRange(long size) {
      super("no such range of %d bytes".formatted(size));
      this.size = size;
    }

    public long size() {
      return size;
    }
  }

  /// The object has no part of that number; it has `parts`.
  public static final class NoSuchPart extends StoreFailure {
    private final int number;
    private final int parts;

    public NoSuchPart(int number, int parts) {
      super("no part %d of %d".formatted(number, parts));
      this.number = number;
      this.parts = parts;
    }

    public int number() {
      return number;
    }

    public int parts() {
      return parts;
    }
  }

  /// The [Permit] of the request does not cover the version that is there. Says nothing of it.
  public static final class NotPermitted extends StoreFailure {
    public NotPermitted() {
      super("not permitted");
    }
  }

  /// A conditional read has nothing new to give; the head is what the answer's headers are made of.
  public static final class NotModified extends StoreFailure {
    private final ObjectHead head;

    public NotModified(ObjectHead head) {
      super("not modified");
      this.head = head;
    }

    public ObjectHead head() {
      return head;
    }
  }

  /// What is asked for cannot be done in the home of the bucket.
  public static final class Unsupported extends StoreFailure {
    private final Capability capability;

    public Unsupported(Capability capability) {
      super(capability.text() + " are not implemented for this bucket");
      this.capability = capability;
    }

    public Capability capability() {
      return capability;
    }
  }

  /// The bucket is in another region, where requests about it have to go.
  public static final class InOtherRegion extends StoreFailure {
    private final Bucket bucket;

    public InOtherRegion(Bucket bucket) {
      super("bucket %s is in the region %s".formatted(bucket.name(), bucket.region()));
      this.bucket = bucket;
    }

    public Bucket bucket() {
      return bucket;
    }
  }

  /// The request contradicts itself, the protocol or what is stored; `reason` says how. The message
  /// and the details are for the client: they hold nothing it did not send or may not know.
  public static final class Invalid extends StoreFailure {
    private final Reason reason;
    private final Map<String, String> details = new LinkedHashMap<>();

    public Invalid(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    public Reason reason() {
      return reason;
    }

    /// Adds a fact, under the name that S3 has for it.
    public Invalid with(String name, Object value) {
      details.put(name, value.toString());
      return this;
    }

    public Map<String, String> details() {
      return Collections.unmodifiableMap(details);
    }
  }

  /// Why a request is [Invalid].
  public enum Reason {
    ARGUMENT,
    REQUEST,
    RANGE,
    PART,
    PART_ORDER,
    PART_TOO_SMALL,
    PART_NUMBER,
    TOO_LARGE,
    DIGEST,
    CHECKSUM,
    INCOMPLETE_BODY,
    CHUNK_SIZE,
    CHUNK_SIGNATURE,
    CONTENT_SHA256,
    TRAILER,
    BUCKET_STATE
  }

  /// The bytes of the object are archived, and can be read only once somebody has had them
  /// restored.
  public static final class Archived extends StoreFailure {
    private final StorageClass storageClass;
    private final String accessTier;

    /// `accessTier`: of an object whose class has tiers, else empty.
    public Archived(Key key, StorageClass storageClass, String accessTier) {
      super("%s is archived in %s".formatted(key, storageClass));
      this.storageClass = storageClass;
      this.accessTier = accessTier;
    }

    public StorageClass storageClass() {
      return storageClass;
    }

    public String accessTier() {
      return accessTier;
    }
  }

  // Try again.

  /// The sender of a body went away or fell silent in the middle of it.
  public static final class Interrupted extends StoreFailure {
    public Interrupted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// Another request got in between; the same request may succeed when repeated.
  public static final class Conflict extends StoreFailure {
    public Conflict(String message) {
      super(message);
    }
  }

  public static sealed class Unavailable extends StoreFailure permits OriginFailed {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The origin of the bucket answers, but fails, or cannot be used as the settings have it.
  public static final class OriginFailed extends Unavailable {
    /// `what`: what it did, for whoever runs this server.
    public OriginFailed(String origin, String what) {
      super("the origin %s %s".formatted(origin, what), null);
    }
  }

  /// A disk does not answer; what does not need it goes on. The message is for the client: it names
  /// the volume by its id.
  public static final class Unresponsive extends StoreFailure {
    public Unresponsive(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// A bounded queue is full. Nothing was done.
  public static final class Overloaded extends StoreFailure {
    public Overloaded(String message) {
      super(message);
    }
  }

  /// The origin of the bucket cannot be reached, or does not say anything that can be understood.
  public static final class OriginUnreachable extends StoreFailure {
    private final String origin;
    private final Duration retryAfter;

    /// `origin`: its name in the settings. Of the cause only the kind is kept: what it says may
    /// have the address in it, and that a signature.
    public OriginUnreachable(String origin, Throwable cause) {
      super(
          "the origin %s cannot be reached: %s"
              .formatted(origin, cause.getClass().getSimpleName()));
      this.origin = origin;
      this.retryAfter = Duration.ZERO;
    }

    /// - `why`: in words of our own
    /// - `retryAfter`: when it may be there again; zero where nobody knows
    public OriginUnreachable(String origin, String why, Duration retryAfter) {
      super("the origin %s cannot be reached: %s".formatted(origin, why));
      this.origin = origin;
      this.retryAfter = retryAfter;
    }

    /// Its name in the settings.
    public String origin() {
      return origin;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /// The origin of the bucket wants fewer requests for a while.
  public static final class OriginThrottled extends StoreFailure {
    /// Clients that obey would seem to hang if an origin could say any time.
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Duration retryAfter;

    /// `retryAfter`: as the origin said, or zero. It is taken as from a second to an hour.
    public OriginThrottled(String origin, Duration retryAfter) {
      super("the origin %s wants fewer requests".formatted(origin));
      this.retryAfter =
          Collections.max(
              List.of(Duration.ofSeconds(1), Collections.min(List.of(retryAfter, LONGEST))));
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /// The object became another one at its origin while it was read; read again it is one or the
  /// other.
  public static final class OriginChanged extends StoreFailure {
    public OriginChanged(String origin, Key key) {
      super("%s changed at the origin %s while it was read".formatted(key, origin));
    }
  }

  /// No room for it, on any volume or among the rows; deletes still work.
  public static final class OutOfSpace extends StoreFailure {
    public OutOfSpace(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// It may or may not have happened; reading again tells.
  public static final class Indeterminate extends StoreFailure {
    private final boolean outOfSpace;

    public Indeterminate(String message, @Nullable Throwable cause) {
      this(message, cause, false);
    }

    public Indeterminate(String message, @Nullable Throwable cause, boolean outOfSpace) {
      super(message, cause);
      this.outOfSpace = outOfSpace;
    }

    /// Whether a full disk is the reason.
    public boolean outOfSpace() {
      return outOfSpace;
    }
  }

  // Stop and look.

  /// Bytes that are referred to are not where they should be. Whoever has them elsewhere can put
  /// them back; for a client it is the same as [Corrupt], and never as if there were no object.
  public static final class Missing extends StoreFailure {
    public Missing(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// What is stored does not match its checksum, or cannot be read. Never the same as absent.
  public static final class Corrupt extends StoreFailure {
    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /// The origin of the bucket does not let this server in: its credentials or its permissions are
  /// not good for what was asked. Never the fault of the request.
  public static final class OriginDenied extends StoreFailure {
    /// `code`: the error of the origin; what does not look like one is not passed on.
    public OriginDenied(String origin, String code) {
      super(
          "the origin %s refuses this server: %s"
              .formatted(origin, code.matches("[A-Za-z0-9.]{1,64}") ? code : "no known error"));
    }
  }
}
