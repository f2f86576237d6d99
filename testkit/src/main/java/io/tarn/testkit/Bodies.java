package io.tarn.testkit;

import io.tarn.bytes.ChecksumAlgorithm;
import io.tarn.bytes.Digester;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.OpenObject;
import io.tarn.store.Payload;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoredBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Bodies on their way in, and reading what comes out.
public final class Bodies {
  private static final int PIECE = 64 << 10;

  private Bodies() {}

  public static Incoming of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A body that says its length and arrives in pieces of at most 64 KiB.
  public static Incoming of(byte[] bytes) {
    return new Body(bytes, null, bytes.length, -1);
  }

  public static Incoming of(byte[] bytes, @Nullable ChecksumAlgorithm algorithm) {
    return new Body(bytes, algorithm, bytes.length, -1);
  }

  /// A body that does not say how long it is.
  public static Incoming ofUnknownLength(byte[] bytes) {
    return new Body(bytes, null, -1, -1);
  }

  /// A body whose sender goes away after `failAfter` bytes.
  public static Incoming interrupted(byte[] bytes, int failAfter) {
    return new Body(bytes, null, bytes.length, failAfter);
  }

  /// Bytes that look random and are always the same for a seed.
  public static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /// All of an open object, which is closed afterwards.
  public static byte[] drain(OpenObject open) {
    try (open) {
      return bytes(open.payload());
    }
  }

  public static byte[] bytes(Payload payload) {
    return switch (payload) {
      case Payload.Bytes(var array, var offset, var count) ->
          java.util.Arrays.copyOfRange(array, offset, offset + count);
      case Payload.Slices(var length, var source) -> {
        byte[] bytes = bytes(source);
        if (bytes.length != length) {
          throw new AssertionError("%d bytes instead of %d".formatted(bytes.length, length));
        }
        yield bytes;
      }
    };
  }

  /// All of a source, which is closed afterwards.
  public static byte[] bytes(SliceSource source) {
    var out = new ByteArrayOutputStream();
    try (source) {
      for (Slice slice = source.next(); slice != null; slice = source.next()) {
        out.writeBytes(bytes(slice));
      }
    }
    return out.toByteArray();
  }

  private static byte[] bytes(Slice slice) {
    byte[] bytes = new byte[(int) slice.length()];
    switch (slice) {
      case Slice.Memory(var memory) -> memory.duplicate().get(bytes);
      case Slice.Stored(var stored, var offset, var length) -> {
        ByteBuffer buffer = ByteBuffer.allocateDirect(StoredBytes.ROOM);
        for (int at = 0; at < length; ) {
          stored.read(offset + at, buffer);
          int count = Math.min(buffer.remaining(), bytes.length - at);
          buffer.get(bytes, at, count);
          at += count;
        }
      }
    }
    return bytes;
  }

  private static final class Body implements Incoming {
    private final byte[] bytes;
    private final long length;
    private final int failAfter;
    private final Digester digester;
    private int at;
    private @Nullable Digests digests;

    Body(byte[] bytes, @Nullable ChecksumAlgorithm algorithm, long length, int failAfter) {
      this.bytes = bytes;
      this.length = length;
      this.failAfter = failAfter;
      this.digester = new Digester(algorithm);
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public @Nullable ChecksumAlgorithm checksum() {
      return digester.algorithm();
    }

    @Override
    public @Nullable ByteBuffer next() {
      if (failAfter >= 0 && at >= failAfter) {
        throw new StoreFailure.Interrupted("the sender went away", null);
      }
      if (at == bytes.length) {
        if (digests == null) digests = Digests.of(digester.finish());
        return null;
      }
      int end = Math.min(bytes.length, at + PIECE);
      if (failAfter >= 0) end = Math.min(end, failAfter);
      ByteBuffer piece = ByteBuffer.wrap(bytes, at, end - at).slice().asReadOnlyBuffer();
      digester.update(piece);
      at = end;
      return piece;
    }

    @Override
    public Digests digests() {
      if (digests == null) throw new IllegalStateException("asked before the end");
      return digests;
    }
  }
}
