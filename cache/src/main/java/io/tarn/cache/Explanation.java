package io.tarn.cache;

import io.tarn.store.ObjectHead;
import io.tarn.store.Provenance.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a cache knows of a key, without asking the origin, and how it would answer a read of all of
/// it now.
///
/// - `head`: what the origin said of it, if that is remembered; `age` ago
/// - `blocks`: of how many blocks it is, and what of them is here
public record Explanation(
    Knowledge knowledge, @Nullable ObjectHead head, Duration age, Blocks blocks, Answer answer) {
  /// What is remembered of a key.
  public enum Knowledge {
    /// Nothing: it was not asked for since the start, or is forgotten.
    NOTHING,
    /// It was written through here, and its bytes may be here.
    WRITTEN,
    /// What the origin said of it.
    HEAD,
    /// That it is not there.
    ABSENCE
  }

  /// So many blocks, of which some are here, and of these some are pinned.
  public record Blocks(long all, long here, long pinned) {
    static final Blocks NONE = new Blocks(0, 0, 0);
  }

  /// What a read would come to.
  ///
  /// - `verdict`: as long as the object is what it was; [Verdict#UNSAID] where that cannot be said,
  ///   or there would be none
  /// - `asks`: whether the origin is asked before anything is answered
  public record Answer(Verdict verdict, boolean asks) {}
}
