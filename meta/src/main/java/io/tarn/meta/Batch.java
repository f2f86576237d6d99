package io.tarn.meta;

import java.util.List;

/// A change that happens whole or not at all.
///
/// @param token chosen by the caller (see [Tokens]), greater than 0 and unique per write of a key;
/// it becomes the version of every row the batch puts @param guards all must hold, else nothing
/// changes @param ops applied in order; may be empty to test guards only @param durability what the
/// acknowledgement promises
public record Batch(long token, List<Guard> guards, List<Op> ops, Durability durability) {
  public Batch {
    if (token <= 0) {
      throw new IllegalArgumentException("token " + token);
    }
    guards = List.copyOf(guards);
    ops = List.copyOf(ops);
  }

  /// A batch that survives power loss.
  public static Batch of(long token, List<Guard> guards, List<Op> ops) {
    return new Batch(token, guards, ops, Durability.SYNC);
  }
}
