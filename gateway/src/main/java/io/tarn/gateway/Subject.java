package io.tarn.gateway;

import io.tarn.identity.Acls;
import io.tarn.identity.Demand;
import io.tarn.identity.NotAtHand;
import io.tarn.identity.OwnerAndAcl;
import io.tarn.s3.AclRequest;
import io.tarn.s3.S3Operation;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.ObjectHead;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Upload;
import org.jspecify.annotations.Nullable;

/// What one demand of an operation is decided about: its bucket, and the version or upload once the
/// store has it at hand. Looks nothing up; what is not at hand is answered with [NotAtHand].
record Subject(Grants grants, Asked asked, Seen seen) implements Acls {
  /// Who asks for what.
  record Asked(Call call, S3Operation.Served operation, Demand demand, Bucket bucket) {}

  /// What the store has at hand.
  sealed interface Seen {}

  /// Nothing yet.
  record NotYet() implements Seen {}

  /// The version of the object; null when there is none.
  record Found(@Nullable ObjectHead head) implements Seen {}

  /// An upload, which is no object yet.
  record Begun(Upload upload) implements Seen {}

  private static final Seen NOT_YET = new NotYet();

  Subject(Grants grants, Asked asked) {
    this(grants, asked, NOT_YET);
  }

  @Override
  public Acl bucket() {
    return grants.inEffect(asked.bucket);
  }

  @Override
  public @Nullable OwnerAndAcl object() {
    // Its writer may give it any.
    if (asked.demand instanceof Demand.OnNewObject) {
      return grants.ofNew(asked.call, asked.bucket, new AclRequest.Unsaid());
    }
    if (!grants.count(asked.bucket, asked.call.caller())) {
      return new OwnerAndAcl(asked.bucket.owner(), Acl.PRIVATE);
    }
    ObjectHead found = head();
    return found == null ? null : grants.inEffect(asked.bucket, found);
  }

  @Override
  public @Nullable TenantId initiator() {
    return switch (seen) {
      case NotYet _ -> throw new NotAtHand();
      case Found _ -> null;
      case Begun(var upload) -> upload.initiator();
    };
  }

  /// Those of the object; none where there is no such object.
  Tags tags() {
    return switch (asked.demand) {
      case Demand.OnTenant _, Demand.OnBucket _ -> Tags.NONE;
      case Demand.OnObject _, Demand.OnNewObject _ -> {
        ObjectHead found = head();
        yield found == null ? Tags.NONE : found.tags();
      }
    };
  }

  private @Nullable ObjectHead head() {
    return switch (seen) {
      case NotYet _ -> throw new NotAtHand();
      case Found(var head) -> head;
      case Begun _ -> null;
    };
  }
}
