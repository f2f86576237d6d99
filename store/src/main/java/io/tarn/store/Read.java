package io.tarn.store;

import java.util.EnumSet;
import java.util.Set;

/// Which object to read, on what conditions, whether the version found may be read at all, and what
/// of it is wanted.
public record Read(
    Bucket bucket, Key key, Version version, Conditions conditions, Permit permit, Wanted wanted) {
  public Read(Bucket bucket, Key key, Version version, Conditions conditions) {
    this(bucket, key, version, conditions, Permit.ANY, Wanted.EVERYTHING);
  }

  public Read(Bucket bucket, Key key) {
    this(bucket, key, Version.LATEST, Conditions.NONE);
  }

  /// The same of other bytes.
  public Read of(Span span) {
    return new Read(bucket, key, version, conditions, permit, Wanted.of(span, wanted.facts()));
  }

  /// Decides whether the version found may be read, and is one that was asked for. The permit comes
  /// first: whoever may not see it does not learn which conditions it fulfils.
  ///
  /// @throws StoreFailure.NotPermitted when it may not
  /// @throws StoreFailure.NotModified when a condition that asks for news is not met
  /// @throws StoreFailure.ConditionFailed when another is not
  public void decide(ObjectHead found) {
    permit.require(found);
    Conditions.Condition unmet = conditions.unmetByRead(found.content());
    if (unmet == null) return;
    if (unmet.asksForNews()) throw new StoreFailure.NotModified(found);
    throw StoreFailure.ConditionFailed.of(unmet);
  }

  /// What is to be told: what is wanted, and what the permit decides by.
  public Set<Fact> facts() {
    if (permit.facts().isEmpty()) return wanted.facts();
    var all = EnumSet.noneOf(Fact.class);
    all.addAll(wanted.facts());
    all.addAll(permit.facts());
    return all;
  }
}
