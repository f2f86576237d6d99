package io.tarn.gateway;

import io.tarn.budget.Lease;
import io.tarn.gateway.Admission.Admitted;
import io.tarn.http.Headers;
import io.tarn.identity.Authorizer;
import io.tarn.identity.Policy;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.AnswerDocuments;
import io.tarn.s3.AnswerDocuments.Gone;
import io.tarn.s3.AnswerDocuments.Kept;
import io.tarn.s3.AnswerDocuments.Outcome;
import io.tarn.s3.RequestDocuments;
import io.tarn.s3.RequestDocuments.DeleteDocument;
import io.tarn.s3.RequestDocuments.DeleteEntry;
import io.tarn.s3.S3Operation;
import io.tarn.store.Bucket;
import io.tarn.store.Delete;
import io.tarn.store.Deleted;
import io.tarn.store.DurabilityLevel;
import io.tarn.store.Key;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Deleting many objects with one request. Each key is authorised, deleted and reported for itself.
final class Deletions {
  /// Deletes of one request that go on at once: they share the store's commits.
  private static final int AT_ONCE = 64;

  private final ObjectStore objects;
  private final RequestBodies intake;
  private final Admission admission;
  private final Turns turns;

  Deletions(
      ObjectStore objects, RequestBodies intake, Admission admission, GatewaySettings.Turns turns) {
    this.objects = objects;
    this.turns = new Turns(turns.deletions(), turns.patience());
    this.intake = intake;
    this.admission = admission;
  }

  Reply delete(Call call, Bucket bucket, S3Operation.DeleteObjects delete) {
    admission.admitDeletions(call, bucket);
    // A list of things to destroy must not be damaged on the way, so S3 wants it vouched for.
    byte[] bytes = intake.vouchedDocument(call, RequestBodies.LARGE);
    DeleteDocument document = intake.parsed(bytes, RequestDocuments::delete);
    Authorizer.Settled settled = admission.settle(call, delete, bucket);
    var deleting = new Deleting(call.by(settled.caller()), bucket, settled.bucketPolicy());
    List<Outcome> outcomes = all(deleting, document.entries());
    Headers.Builder headers = Headers.builder();
    ObjectFields.durability(headers, durability(outcomes));
    return Reply.xml(200, headers, AnswerDocuments.deleted(outcomes, document.quiet()));
  }

  /// What all of them outlive that were deleted.
  private static DurabilityLevel durability(List<Outcome> outcomes) {
    DurabilityLevel least = DurabilityLevel.UNSAID;
    for (Outcome outcome : outcomes) {
      if (!(outcome instanceof Gone gone)) continue;
      DurabilityLevel level = gone.deleted().durability();
      if (least != DurabilityLevel.LOCAL) least = level;
    }
    return least;
  }

  /// What is the same for all keys: who deletes, where, and what the policy says of that.
  private record Deleting(Call call, Bucket bucket, Policy policy) {}

  private List<Outcome> all(Deleting deleting, List<DeleteEntry> entries) {
    if (entries.size() == 1) return List.of(one(deleting, entries.getFirst()));
    var room = new Semaphore(AT_ONCE);
    List<Future<Outcome>> under = new ArrayList<>(entries.size());
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (DeleteEntry entry : entries) {
        room.acquireUninterruptibly();
        under.add(
            tasks.submit(
                () -> {
                  try {
                    return one(deleting, entry);
                  } finally {
                    room.release();
                  }
                }));
      }
    }
    return under.stream().map(Deletions::result).toList();
  }

  private static Outcome result(Future<Outcome> done) {
    try {
      return done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) throw error;
      throw new IllegalStateException(e.getCause()); // all but bugs are outcomes
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // it is done, so nobody waits
    }
  }

  private Outcome one(Deleting deleting, DeleteEntry entry) {
    Call call = deleting.call;
    Bucket bucket = deleting.bucket;
    try (Lease _ = turns.take(call.clients())) {
      Key key = key(entry);
      var operation =
          new S3Operation.DeleteObject(bucket.name(), key, entry.version(), entry.conditions());
      Admitted admitted = admission.admit(call, operation, bucket, deleting.policy);
      Capabilities.require(bucket, operation);
      var delete =
          new Delete(
              bucket,
              key,
              call.caller().tenant(),
              entry.version(),
              entry.conditions(),
              admission.toReplace(admitted, operation));
      Deleted deleted = admission.looking(admitted, key, () -> objects.delete(delete));
      return new Gone(entry, deleted);
    } catch (S3Failure e) {
      return new Kept(entry, e);
    } catch (StoreFailure e) {
      return new Kept(entry, Failures.of(e, "POST"));
    }
  }

  private static Key key(DeleteEntry entry) {
    if (entry.key().isEmpty()) throw new S3Failure(S3Error.MALFORMED_XML);
    try {
      return new Key(entry.key());
    } catch (IllegalArgumentException e) {
      throw new S3Failure(S3Error.KEY_TOO_LONG);
    }
  }
}
