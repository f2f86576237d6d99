package io.tarn.gateway;

import io.tarn.s3.Demand;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.Conditions;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.util.List;
import java.util.function.Supplier;

/// What a conditional write tells about the object that is there: whether it is, and with an ETag
/// whether it is that one. So whoever asks must be allowed to know. Beside the permission to read
/// what is compared ([S3Operation#demands]), its owner must agree; whether there is an object may
/// know who may read it or list it.
final class Preconditions {
  private final ObjectStore objects;
  private final Admission admission;

  Preconditions(ObjectStore objects, Admission admission) {
    this.objects = objects;
    this.admission = admission;
  }

  /// Runs a write that its conditions may stop. Nothing is compared before the caller may know the
  /// outcome, and where another object is there by then, its owner is asked as well.
  <T> T writing(Admitted admitted, Supplier<T> write) {
    S3Operation.OnObject operation = (S3Operation.OnObject) admitted.operation();
    Conditions conditions = operation.conditions();
    if (!conditions.areSaid()) return write.get();
    Demand read = Demand.toRead(operation.bucket(), operation.key(), version(operation));
    OwnerCheck check = head -> admission.confirm(admitted, head, List.of(read));
    if (conditions.lookInside()) checkOwner(admitted.bucket(), operation, check);
    else requireKnowing(admitted, read);
    try {
      return write.get();
    } catch (StoreFailure.ConditionFailed failed) {
      ObjectHead head = failed.head(); // of a copy, it may be the source's
      if (head != null && head.key().equals(operation.key()) && conditions.lookInside())
        check.of(head);
      throw failed;
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      throw absent(admitted, absent);
    }
  }

  private static Version version(S3Operation.OnObject operation) {
    return operation instanceof S3Operation.DeleteObject delete ? delete.version() : Version.LATEST;
  }

  private void checkOwner(Bucket bucket, S3Operation.OnObject operation, OwnerCheck check) {
    ObjectHead head;
    try {
      head = objects.head(new Read(bucket, operation.key(), version(operation), Conditions.NONE));
    } catch (StoreFailure.NoSuchKey
        | StoreFailure.NoSuchVersion
        | StoreFailure.DeleteMarkerMet absent) {
      return; // nobody's
    }
    check.of(head);
  }

  private void requireKnowing(Admitted admitted, Demand read) {
    boolean may =
        admission.allows(admitted.call(), admitted.operation(), read, admitted.bucket())
            || admission.allowsListing(admitted.call(), admitted.operation(), admitted.bucket());
    if (!may) throw Admission.denied();
  }

  /// How it is told that something is not there.
  RuntimeException absent(Admitted admitted, StoreFailure absence) {
    boolean may = admission.allowsListing(admitted.call(), admitted.operation(), admitted.bucket());
    return may ? absence : Admission.denied();
  }
}
