package io.tarn.rows;

import io.tarn.meta.Batch;
import io.tarn.meta.Durability;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A batch in the making.
public final class Plan {
  private final long token;
  private final IntFunction<MetaKey> garbage;
  private final List<Guard> guards = new ArrayList<>(4);
  private final List<Op> ops = new ArrayList<>(6);
  private int garbageRows;
  private Durability durability = Durability.SYNC;
  private Batch.Need need = Batch.Need.ROOM;
  private @Nullable MetaKey consumed;

  /// One that throws nothing away.
  public Plan(long token) {
    this(
        token,
        _ -> {
          throw new IllegalStateException("this batch has no garbage");
        });
  }

  /// `garbage` has the keys under which the batch leaves what it throws away, by number.
  public Plan(long token, IntFunction<MetaKey> garbage) {
    this.token = token;
    this.garbage = garbage;
  }

  public long token() {
    return token;
  }

  public Plan guard(Guard guard) {
    guards.add(guard);
    return this;
  }

  /// The row must be as it was read: that version, or absent when null.
  public Plan unchanged(MetaKey key, @Nullable Entry read) {
    return guard(read == null ? new Guard.Absent(key) : new Guard.VersionIs(key, read.version()));
  }

  public Plan put(MetaKey key, byte[] value) {
    ops.add(new Op.Put(key, value));
    return this;
  }

  /// What was there is left for the garbage collector.
  public Plan putDiscardingOld(MetaKey key, byte[] value) {
    ops.add(new Op.Put(key, value, garbage()));
    return this;
  }

  /// A row whose key nobody but this batch can have: should a token be given out twice after all,
  /// the second batch is refused.
  public Plan putNew(MetaKey key, byte[] value) {
    return guard(new Guard.Absent(key)).put(key, value);
  }

  public Plan delete(MetaKey key) {
    ops.add(new Op.Delete(key));
    return this;
  }

  /// Deletes a row and leaves it for the garbage collector.
  public Plan deleteDiscarding(MetaKey key) {
    ops.add(new Op.Delete(key, garbage()));
    return this;
  }

  public Plan op(Op op) {
    ops.add(op);
    return this;
  }

  /// Leaves this for the garbage collector.
  public Plan discard(byte[] remains) {
    return put(garbage(), remains);
  }

  private MetaKey garbage() {
    return garbage.apply(garbageRows++);
  }

  /// The row must be there, and goes: no other batch takes it away with the same effect.
  public Plan consume(MetaKey key) {
    consumed = key;
    return guard(new Guard.Present(key)).delete(key);
  }

  /// A row whose absence proves that the batch was applied, or null.
  public @Nullable MetaKey consumed() {
    return consumed;
  }

  /// A power cut may undo it, whole.
  public Plan relaxed() {
    durability = Durability.RELAXED;
    return this;
  }

  /// What it may use of a full disk, if not only what is free there.
  public Plan needs(Batch.Need other) {
    need = other;
    return this;
  }

  public boolean isEmpty() {
    return ops.isEmpty();
  }

  /// The first row the batch puts, or null when it puts none.
  public @Nullable MetaKey witness() {
    for (Op op : ops) {
      if (op instanceof Op.Put put) return put.key();
    }
    return null;
  }

  public Batch batch() {
    return new Batch(token, guards, ops, durability, need);
  }
}
