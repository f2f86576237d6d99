package io.tarn.index;

import io.tarn.index.Versions.Planner;
import io.tarn.index.Versions.Planner.State;
import io.tarn.meta.Entry;
import io.tarn.meta.MetaKey;
import io.tarn.rows.BlockingRows;
import io.tarn.rows.Plan;
import io.tarn.store.Annotate;
import io.tarn.store.Bucket;
import io.tarn.store.StoreFailure;
import io.tarn.store.Version;
import java.util.Objects;

/// How what is said about a version changes: its tags and its ACL. Its bytes stay, and it stays the
/// version that it is.
final class Annotations {
  private final BlockingRows rows;
  private final Planner planner;

  Annotations(BlockingRows rows, Planner planner) {
    this.rows = rows;
    this.planner = planner;
  }

  Version annotate(Annotate annotate) {
    return planner.run(
        annotate.bucket(),
        annotate.key(),
        new Planner.Step<Version>() {
          @Override
          public boolean blind(Bucket bucket) {
            return false;
          }

          @Override
          public Planner.Decision<Version> decide(Bucket bucket) {
            return annotate(bucket, annotate);
          }
        });
  }

  private Planner.Decision<Version> annotate(Bucket bucket, Annotate annotate) {
    State state = State.read(rows, bucket, annotate.key());
    if (state.latest != null) return annotateVersion(bucket, annotate, state);
    boolean wantsNull = annotate.version().equals(Version.NULL);
    if (state.current == null || !(wantsNull || annotate.version().isLatest())) {
      throw absent(annotate);
    }
    Plan plan =
        state
            .plan(planner, bucket)
            .put(state.currentKey, annotated(state.current, annotate).toRow());
    return new Planner.Decision<>(plan, Version.NULL);
  }

  private Planner.Decision<Version> annotateVersion(Bucket bucket, Annotate annotate, State state) {
    LatestRow latest = Objects.requireNonNull(state.latest);
    long token =
        annotate.version().isLatest()
            ? latest.token()
            : annotate.version().equals(Version.NULL)
                ? latest.nullToken()
                : VersionIds.token(annotate.version());
    MetaKey key = IndexKeys.version(bucket.id(), annotate.key(), token);
    Entry entry = token == 0 ? null : rows.get(key);
    if (entry == null) throw absent(annotate);
    ObjectRow row = ObjectRow.ofRow(entry.value());
    boolean numbered = !annotate.version().isLatest() && !annotate.version().equals(Version.NULL);
    if (numbered && row.isNull()) throw absent(annotate);
    if (row.isMarker()) throw VersionReads.met(annotate.key(), row, annotate.version().isLatest());
    byte[] value = annotated(row, annotate).toRow();
    Plan plan = state.plan(planner, bucket).unchanged(key, entry).put(key, value);
    if (token == latest.token()) plan.put(state.currentKey, value);
    plan.put(state.latestKey, latest.toRow());
    return new Planner.Decision<>(plan, VersionIds.version(row));
  }

  private static ObjectRow annotated(ObjectRow row, Annotate annotate) {
    annotate.permit().require(VersionReads.head(annotate.key(), row));
    return switch (annotate.annotation()) {
      case Annotate.SetTags(var tags) -> row.withTags(tags);
      case Annotate.SetAcl(var acl) -> row.withAcl(acl.of(row.front().owner()));
    };
  }

  private static StoreFailure absent(Annotate annotate) {
    return annotate.version().isLatest()
        ? new StoreFailure.NoSuchKey(annotate.key())
        : new StoreFailure.NoSuchVersion(annotate.key(), annotate.version());
  }
}
