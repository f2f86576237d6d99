package io.tarn.meta;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// [Limits], applied to a batch before anything else looks at it.
final class BatchLimits {

  private BatchLimits() {}

  /// The bytes of keys and values in the batch. Fails with [MetaException.LimitExceeded].
  static int measure(Batch batch, Limits limits) {
    if (batch.ops().size() + batch.guards().size() > limits.maxOps()) {
      throw new MetaException.LimitExceeded(
          "a batch of " + batch.ops().size() + " changes and " + batch.guards().size() + " guards");
    }
    long bytes = 0;
    for (Guard guard : batch.guards()) bytes += guard.key().bytes().length;
    for (Op op : batch.ops()) bytes += bytesOf(op, limits);
    if (bytes > limits.maxBatch()) {
      throw new MetaException.LimitExceeded("a batch of " + bytes + " bytes");
    }
    return (int) bytes;
  }

  private static long bytesOf(Op op, Limits limits) {
    return switch (op) {
      case Op.Put(var key, var value, var oldTo) -> {
        if (value.length > limits.maxValue()) {
          throw new MetaException.LimitExceeded("a value of " + value.length + " bytes");
        }
        yield key.bytes().length + (long) value.length + length(oldTo);
      }
      case Op.Delete(var key, var oldTo) -> key.bytes().length + length(oldTo);
      case Op.DeleteRange(var range) ->
          range.fromInclusive().bytes().length + range.toExclusive().bytes().length;
    };
  }

  private static int length(@Nullable MetaKey key) {
    return key == null ? 0 : key.bytes().length;
  }

  /// What `answer` gives, as a finished stage; its [MetaException] becomes a failed one.
  static <T> CompletionStage<T> completed(java.util.function.Supplier<T> answer) {
    try {
      return CompletableFuture.completedFuture(answer.get());
    } catch (MetaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
