package io.tarn.gateway;

import io.tarn.http.RequestHead;
import io.tarn.identity.Arrival;
import io.tarn.identity.ConditionContext;
import io.tarn.identity.ConditionKey;
import io.tarn.identity.ConditionName;
import io.tarn.identity.Demand;
import io.tarn.identity.Effort;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.S3Operation;
import io.tarn.s3.Tagging;
import io.tarn.signature.Proof;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What conditions of policies may ask about a request. Everything is looked up only when a policy
/// asks for it: what is asked for out of the decoded operation ([OperationValues]), how the request
/// came and was signed, what time it is, and what the bucket and the object at hand are tagged
/// with. Of its headers only those that are nothing but words, `User-Agent` and `Referer`, are
/// taken as they came.
final class RequestContext {
  /// Older than any limit: what was signed without saying when.
  private static final String AGELESS = Long.toString(Long.MAX_VALUE);

  private final Buckets buckets;
  private final CallerLookup callers;
  private final InstantSource clock;
  private final String region;

  RequestContext(Buckets buckets, CallerLookup callers, InstantSource clock, String region) {
    this.buckets = buckets;
    this.callers = callers;
    this.clock = clock;
    this.region = region;
  }

  private record Known(Effort effort, Function<ConditionKey, List<String>> lookup)
      implements ConditionContext {
    @Override
    public List<String> values(ConditionKey key) {
      return lookup.apply(key);
    }
  }

  /// Of a demand on a tenant, which has neither bucket nor object.
  ConditionContext of(Call call, S3Operation.Served operation, Demand demand) {
    return of(call, new OperationValues(call, operation, demand), (_, _) -> List.of());
  }

  /// Of a demand on a bucket, or on an object, whose tags the subject knows once it is at hand.
  ConditionContext of(Subject subject) {
    Subject.Asked asked = subject.asked();
    var values = new OperationValues(asked.call(), asked.operation(), asked.demand());
    return of(asked.call(), values, (name, tag) -> ofResource(subject, name, tag));
  }

  private ConditionContext of(
      Call call,
      OperationValues operation,
      BiFunction<ConditionName.OfResource, String, List<String>> ofResource) {
    var arrived = new Arrived(call);
    return new Known(
        call.effort(),
        key ->
            switch (key.name()) {
              case ConditionName.OfArrival name -> arrived.arrival().values(name);
              case ConditionName.OfSignature name -> ofSignature(call.proof(), name);
              case ConditionName.OfOperation name -> operation.values(name, key.parameter());
              case ConditionName.OfResource name -> ofResource.apply(name, key.parameter());
              // Who asks is answered without asking here.
              case ConditionName.OfCaller _, ConditionName.Refused _, ConditionName.NeverSet _ ->
                  List.of();
            });
  }

  private List<String> ofResource(Subject subject, ConditionName.OfResource name, String tag) {
    Bucket bucket = subject.asked().bucket();
    return switch (name) {
      case EXISTING_OBJECT_TAG -> OperationValues.value(subject.tags(), tag);
      case BUCKET_TAG, RESOURCE_TAG -> OperationValues.value(tagsOf(bucket), tag);
      case RESOURCE_ACCOUNT, S3_RESOURCE_ACCOUNT -> account(bucket.owner());
    };
  }

  /// How a request came: looked at when a condition first asks, and the same for all that do.
  private final class Arrived {
    private final Call call;
    private @Nullable Arrival arrival;

    Arrived(Call call) {
      this.call = call;
    }

    Arrival arrival() {
      Arrival known = arrival;
      if (known != null) return known;
      RequestHead head = call.exchange().head();
      known =
          new Arrival(
              head.client().address().getHostAddress(),
              head.client().secure(),
              head.clientTls(),
              call.request().headers().all("user-agent"),
              call.request().headers().all("referer"),
              clock.instant());
      arrival = known;
      return known;
    }
  }

  private List<String> account(TenantId tenant) {
    String number = callers.account(tenant).number();
    return number.isEmpty() ? List.of() : List.of(number);
  }

  private Tags tagsOf(Bucket bucket) {
    return buckets
        .document(bucket, DocumentKind.TAGGING)
        .map(xml -> RequestDocuments.tagging(xml.getBytes(StandardCharsets.UTF_8)))
        .map(tags -> Tagging.checked(tags, Tagging.ON_BUCKET))
        .orElse(Tags.NONE);
  }

  private List<String> ofSignature(Proof proof, ConditionName.OfSignature name) {
    return switch (name) {
      case REQUESTED_REGION -> List.of(region);
      case X_AMZ_CONTENT_SHA256 -> List.of(proof.payload().word());
      case AUTH_TYPE ->
          switch (proof) {
            case Proof.Anonymous _ -> List.of();
            case Proof.PresignedV2 _ -> List.of("REST-QUERY-STRING");
            case Proof.Signed signed ->
                switch (signed.form()) {
                  case HEADER -> List.of("REST-HEADER");
                  case QUERY -> List.of("REST-QUERY-STRING");
                };
          };
      case SIGNATURE_VERSION ->
          switch (proof) {
            case Proof.Anonymous _ -> List.of();
            case Proof.PresignedV2 _ -> List.of("AWS");
            case Proof.Signed _ -> List.of("AWS4-HMAC-SHA256");
          };
      case SIGNATURE_AGE ->
          switch (proof) {
            case Proof.Anonymous _ -> List.of();
            case Proof.PresignedV2 _ -> List.of(AGELESS);
            case Proof.Signed signed -> List.of(Long.toString(age(signed.signedAt())));
          };
    };
  }

  private long age(Instant signedAt) {
    return Math.max(0, clock.millis() - signedAt.toEpochMilli());
  }
}
