package io.tarn.store;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether a request may go on, asked of the very version that it would show, change, replace or
/// delete. It travels with the request, and the store that owns the truth asks it in the same step
/// as the operation and before the request's own conditions, so that nobody is admitted to one
/// version and served another. Where the answer is no, the store fails with
/// [StoreFailure.NotPermitted], and nothing is told of the version.
///
/// Pure and quick: it may be asked several times, by any thread, under a lock. It throws nothing.
@FunctionalInterface
public interface Permit {
  /// For what may be done to any version: it need not be looked at.
  Permit ANY =
      new Permit() {
        @Override
        public boolean allows(@Nullable ObjectHead there) {
          return true;
        }

        @Override
        public boolean looks() {
          return false;
        }
      };

  /// `there` is null where a write finds nothing in its place, or a delete marker. A read is asked
  /// only about what is there.
  boolean allows(@Nullable ObjectHead there);

  /// Whether the version has to be looked at for it.
  default boolean looks() {
    return true;
  }

  /// What `decision` says, which decides by these facts.
  static Permit by(Set<Fact> facts, Permit decision) {
    Set<Fact> needed = Set.copyOf(facts);
    return new Permit() {
      @Override
      public boolean allows(@Nullable ObjectHead there) {
        return decision.allows(there);
      }

      @Override
      public Set<Fact> facts() {
        return needed;
      }
    };
  }

  /// Both.
  default Permit and(Permit further) {
    if (!looks()) return further;
    if (!further.looks()) return this;
    var facts = EnumSet.noneOf(Fact.class);
    facts.addAll(facts());
    facts.addAll(further.facts());
    return by(facts, there -> allows(there) && further.allows(there));
  }

  /// What it decides by, beside what every head has: what a store has to find out to ask it.
  default Set<Fact> facts() {
    return Set.of();
  }

  /// @throws StoreFailure.NotPermitted when it may not
  default void require(@Nullable ObjectHead there) {
    if (!allows(there)) throw new StoreFailure.NotPermitted();
  }

  /// The same of an upload, which is looked at or given up.
  @FunctionalInterface
  interface OfUpload {
    /// For what may be done to any upload.
    OfUpload ANY = _ -> true;

    boolean allows(Upload upload);

    /// @throws StoreFailure.NotPermitted when it may not
    default void require(Upload upload) {
      if (!allows(upload)) throw new StoreFailure.NotPermitted();
    }
  }
}
