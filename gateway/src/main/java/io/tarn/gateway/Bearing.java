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
import org.jspecify.annotations.Nullable;

/// The ACLs that bear on one demand of an operation, looked up when somebody asks. Lives for one
/// decision on one thread.
final class Bearing implements Acls {
  private final Stores stores;
  private final Grants grants;
  private final Subject subject;
  private @Nullable Held object;
  private boolean looked;
  private @Nullable StoreFailure absence;

  /// What is decided about.
  record Subject(Call call, S3Operation operation, Demand demand, Bucket bucket) {}

  Bearing(Stores stores, Grants grants, Subject subject) {
    this.stores = stores;
    this.grants = grants;
    this.subject = subject;
  }

  /// With the version at hand.
  Bearing knowing(Held held) {
    object = held;
    looked = true;
    return this;
  }

  @Override
  public Acl bucket() {
    return grants.of(subject.bucket);
  }

  @Override
  public @Nullable Held object() {
    if (!looked) {
      looked = true;
      object = makes() ? made() : find();
    }
    return object;
  }

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

  private Held made() {
    return grants.ofNew(subject.call, subject.bucket, new AclRequest.Unsaid());
  }

  private @Nullable Held find() {
    var version = Surroundings.versionOf(subject.operation, subject.demand);
    var read = new Read(subject.bucket, new Key(subject.demand.key()), version, Conditions.NONE);
    try {
      ObjectHead head = stores.objects().head(read);
      return new Held(head.owner(), head.acl());
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      absence = absent;
      return null;
    }
  }
}
