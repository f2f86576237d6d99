package io.tarn.meta;

import java.util.Optional;

/// The state of a store now.
///
/// @param queued batches accepted and not yet answered @param lagMillis how far a follower is
/// behind; 0 elsewhere @param problem why `writable` is false, or what needs attention
public record Health(
    Role role,
    boolean writable,
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
