package io.tarn.meta;

import java.util.Optional;

/// The state of a store now.
///
/// - `full`: the disk is, and only what does not grow the store is taken
/// - `queued`: batches accepted and not yet answered
/// - `lagMillis`: how far a follower is behind; 0 elsewhere
/// - `problem`: why `writable` is false, or what needs attention
public record Health(
    Role role,
    boolean writable,
    boolean full,
    int queued,
    long appliedSequence,
    long lagMillis,
    Optional<String> problem) {

  public enum Role {
    SINGLE,
    LEADER,
    FOLLOWER,
    CLIENT
  }
}
