package io.tarn.meta;

import java.util.List;

/// A change that happens whole or not at all.
///
/// - `token`: chosen by the caller (see [Tokens]), greater than 0 and unique per write of a key; it
///   becomes the version of every row the batch puts
/// - `guards`: all must hold, else nothing changes
/// - `ops`: applied in order; may be empty to test guards only
/// - `durability`: what the acknowledgement promises
/// - `need`: what of a full disk it may use
public record Batch(
    long token, List<Guard> guards, List<Op> ops, Durability durability, Need need) {

  /// How much a batch adds to a store whose disk is full. A batch that deletes as many rows as it
  /// puts adds nothing, whatever it says.
  public enum Need {
    /// Adds to it, and has to wait for room.
    ROOM,
    /// Ends something, and adds little to say so: a delete marker, the end of an upload. Taken for
    /// as long as a quarter of the reserve is there.
    END,
    /// Leaves the store no larger than it was, though it puts more rows than it deletes: it puts
    /// them in place of others. Taken always.
    NOTHING
  }

  public Batch {
    if (token <= 0) throw new IllegalArgumentException("token " + token);
    guards = List.copyOf(guards);
    ops = List.copyOf(ops);
  }

  /// A batch that needs room.
  public Batch(long token, List<Guard> guards, List<Op> ops, Durability durability) {
    this(token, guards, ops, durability, Need.ROOM);
  }

  /// A batch that survives power loss and needs room.
  public static Batch of(long token, List<Guard> guards, List<Op> ops) {
    return new Batch(token, guards, ops, Durability.SYNC, Need.ROOM);
  }
}
