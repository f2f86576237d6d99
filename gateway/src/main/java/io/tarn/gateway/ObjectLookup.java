package io.tarn.gateway;

import io.tarn.identity.Acls;
import io.tarn.identity.Held;
import io.tarn.s3.AclRequest;
import io.tarn.s3.Demand;
import io.tarn.s3.S3Operation;
import io.tarn.store.Acl;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.Key;
import io.tarn.store.ObjectHead;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadId;
import io.tarn.store.UploadRef;
import org.jspecify.annotations.Nullable;

/// The bucket and the object that one demand of an operation is about: their ACLs and the object's
/// tags, looked up when somebody asks. Lives for one decision on one thread.
final class ObjectLookup implements Acls {
  private final Stores stores;
  private final Grants grants;
  private final Subject subject;
  private @Nullable ObjectHead head;
  private boolean looked;
  private @Nullable StoreFailure absence;

  /// What is decided about.
  record Subject(Call call, S3Operation operation, Demand demand, Bucket bucket) {}

  ObjectLookup(Stores stores, Grants grants, Subject subject) {
    this.stores = stores;
    this.grants = grants;
    this.subject = subject;
  }

  /// With the version at hand.
  ObjectLookup knowing(ObjectHead known) {
    head = known;
    looked = true;
    return this;
  }

  Subject subject() {
    return subject;
  }

  @Override
  public Acl bucket() {
    return grants.inEffect(subject.bucket);
  }

  @Override
  public @Nullable Held object() {
    if (makes()) return grants.ofNew(subject.call, subject.bucket, new AclRequest.Unsaid());
    ObjectHead found = head();
    return found == null ? null : grants.inEffect(found);
  }

  @Override
  public @Nullable TenantId initiator() {
    UploadId upload =
        switch (subject.operation) {
          case S3Operation.AbortMultipartUpload abort -> abort.upload();
          case S3Operation.ListParts list -> list.upload();
          default -> null; // it is about no upload
        };
    if (upload == null) return null;
    var key = new Key(subject.demand.key());
    try {
      return stores.objects().upload(new UploadRef(subject.bucket, key, upload)).initiator();
    } catch (StoreFailure.NoSuchUpload e) {
      return null;
    }
  }

  /// Those of the object; none where there is no such object.
  Tags tags() {
    ObjectHead found = subject.demand.key().isEmpty() ? null : head();
    return found == null ? Tags.NONE : found.tags();
  }

  /// Whether the decision depends on what the object is.
  boolean looked() {
    return looked;
  }

  /// Why there is no object; null when nobody asked or there is one.
  @Nullable StoreFailure absence() {
    return absence;
  }

  /// Whether the ACL demanded for is that of an object that is being made: its writer may give it
  /// any.
  private boolean makes() {
    return subject.demand.action().equals("s3:PutObjectAcl")
        && !(subject.operation instanceof S3Operation.PutObjectAcl);
  }

  private @Nullable ObjectHead head() {
    if (looked) return head;
    looked = true;
    Demand demand = subject.demand;
    try {
      var key = new Key(demand.key());
      head =
          stores.objects().head(new Read(subject.bucket, key, demand.version(), Conditions.NONE));
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      absence = absent;
    }
    return head;
  }
}
