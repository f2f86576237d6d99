package io.tarn.gateway;

import io.tarn.http.Headers;
import io.tarn.http.ResponseBody;
import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.identity.PolicyStatus;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.AnswerDocuments;
import io.tarn.s3.BucketConfiguration;
import io.tarn.s3.Ownership;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.S3Operation;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.CreateBucket;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Buckets themselves and the documents about them.
final class BucketOperations {
  private static final String ARN = "x-amz-bucket-arn";

  private final Buckets buckets;
  private final RequestBodies intake;
  private final Grants grants;
  private final GatewaySettings settings;

  BucketOperations(Buckets buckets, RequestBodies intake, Grants grants, GatewaySettings settings) {
    this.buckets = buckets;
    this.intake = intake;
    this.grants = grants;
    this.settings = settings;
  }

  Reply create(Call call, S3Operation.CreateBucket create) {
    String wanted = call.document().location(call);
    if (!wanted.isEmpty() && !settings.hasRegion(wanted)) {
      throw new S3Failure(
          S3Error.INVALID_LOCATION_CONSTRAINT,
          S3Error.INVALID_LOCATION_CONSTRAINT.message(),
          new S3Failure.Detail("LocationConstraint", wanted));
    }
    TenantId tenant = call.caller().tenant();
    boolean enforced = create.ownership() == Ownership.BUCKET_OWNER_ENFORCED;
    if (enforced && create.acl().shares()) {
      throw new S3Failure(S3Error.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP);
    }
    Acl acl = grants.resolve(create.acl(), tenant, tenant);
    try {
      String region = wanted.isEmpty() ? settings.region() : wanted;
      var documents = Grants.documents(create.ownership(), acl);
      return made(buckets.create(new CreateBucket(create.bucket(), tenant, region, documents)));
    } catch (StoreFailure.BucketExists exists) {
      boolean own = exists.bucket().owner().equals(tenant);
      if (!own) throw exists;
      // A client that lost the answer asks again, and S3 takes that for done (it does so in its
      // first region), unless the bucket is not what is asked for.
      if (!(wanted.isEmpty() || wanted.equals(exists.bucket().region()))
          || !acl.equals(grants.of(exists.bucket()))
          || create.ownership() != grants.ownership(exists.bucket())) {
        throw new S3Failure(S3Error.BUCKET_ALREADY_OWNED_BY_YOU);
      }
      return made(exists.bucket());
    }
  }

  private static Reply made(Bucket bucket) {
    Headers.Builder headers = Headers.builder();
    headers.add("Location", "/" + bucket.name().text());
    headers.add(ARN, bucket.name().arn());
    return Reply.empty(200, headers).in(bucket);
  }

  Reply head(Bucket bucket) {
    Headers.Builder headers = Headers.builder();
    headers.add(ARN, bucket.name().arn());
    headers.add("x-amz-access-point-alias", "false");
    return Reply.empty(200, headers);
  }

  /// A linked bucket is not for clients to delete: it would be only a link that goes, and not what
  /// they see in it.
  Reply delete(Bucket bucket) {
    if (bucket.home() instanceof Home.Linked) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.BUCKET_STATE,
          "The bucket is linked to an origin; whoever administers this server can unlink it");
    }
    if (bucket.home() instanceof Home.Files) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.BUCKET_STATE, "The bucket is the files API's");
    }
    buckets.delete(bucket);
    return Reply.empty(204);
  }

  Reply location(Bucket bucket) {
    return Reply.xml(AnswerDocuments.location(bucket.region()));
  }

  Reply versioning(Bucket bucket) {
    return Reply.xml(AnswerDocuments.versioning(bucket.versioning()));
  }

  Reply setVersioning(Call call, Bucket bucket) {
    byte[] document = intake.document(call);
    buckets.setVersioning(bucket, RequestDocuments.versioning(document));
    return Reply.empty(200);
  }

  Reply tagging(Bucket bucket) {
    String document =
        buckets
            .document(bucket, DocumentKind.TAGGING)
            .orElseThrow(() -> new S3Failure(S3Error.NO_SUCH_TAG_SET));
    return Reply.xml(ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8)));
  }

  Reply setTagging(Call call, Bucket bucket) {
    Tags tags = call.document().bucketTags(call);
    if (tags.values().isEmpty()) {
      buckets.removeDocument(bucket, DocumentKind.TAGGING);
    } else {
      buckets.setDocument(bucket, DocumentKind.TAGGING, text(AnswerDocuments.tagging(tags)));
    }
    return Reply.empty(204);
  }

  private static String text(ByteBuffer utf8) {
    return StandardCharsets.UTF_8.decode(utf8).toString();
  }

  Reply removeTagging(Bucket bucket) {
    buckets.removeDocument(bucket, DocumentKind.TAGGING);
    return Reply.empty(204);
  }

  Reply policy(Bucket bucket) {
    String document =
        buckets
            .document(bucket, DocumentKind.POLICY)
            .orElseThrow(() -> new S3Failure(S3Error.NO_SUCH_BUCKET_POLICY));
    Headers.Builder headers = Headers.builder().add("Content-Type", "application/json");
    byte[] json = document.getBytes(StandardCharsets.UTF_8);
    return Reply.of(200, headers, new ResponseBody.Bytes(json));
  }

  Reply setPolicy(Call call, Bucket bucket) {
    byte[] document = intake.document(call);
    try {
      String json = Key.decode(document);
      Policy.newOfBucket(json, bucket.name());
      buckets.setDocument(bucket, DocumentKind.POLICY, json);
    } catch (MalformedPolicy e) {
      throw new S3Failure(S3Error.MALFORMED_POLICY, e.what() + at(e.where()));
    } catch (IllegalArgumentException e) {
      throw new S3Failure(S3Error.MALFORMED_POLICY, "The policy is not UTF-8.");
    }
    return Reply.empty(204);
  }

  private static String at(String where) {
    return where.isEmpty() ? "" : " (at " + where + ")";
  }

  Reply removePolicy(Bucket bucket) {
    buckets.removeDocument(bucket, DocumentKind.POLICY);
    return Reply.empty(204);
  }

  Reply policyStatus(Bucket bucket, Policy policy) {
    boolean isPublic = PolicyStatus.isPublic(policy) || grants.isPublic(bucket);
    return Reply.xml(AnswerDocuments.policyStatus(isPublic));
  }

  Reply configuration(S3Operation.GetBucketConfiguration get, Bucket bucket) {
    if (get.configuration() == BucketConfiguration.OWNERSHIP) {
      Ownership ownership = grants.ownership(bucket);
      if (ownership != Ownership.OBJECT_WRITER) {
        return Reply.xml(AnswerDocuments.ownership(ownership));
      }
    }
    return Reply.xml(get.configuration().whereUnset(get.all()));
  }
}
