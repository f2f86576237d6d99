package io.tarn.disk;

import io.tarn.store.BlobId;
import io.tarn.store.Region;
import io.tarn.store.RegionSource;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// A range of a blob as regions of its file, each handed out only after its chunks passed their
/// CRC. The check reads into a buffer that stays in the CPU's cache; what is sent comes from the
/// page cache by position, without another copy. Short ranges are handed out from the checked
/// buffer itself.
final class VerifiedRegions implements RegionSource {
  /// Bytes verified ahead of what is being sent.
  private static final int REGION = 1 << 20;

  /// Up to here a copy is cheaper than a second system call.
  private static final int SMALL = BlobFooter.CHUNK;

  /// What is left to hand out.
  record Span(long offset, long length) {}

  private final BlobId id;
  private final FileChannel channel;
  private final BlobFooter footer;
  private final long end;
  private long next;
  private @Nullable ByteBuffer buffer;

  VerifiedRegions(BlobId id, FileChannel channel, BlobFooter footer, Span span) {
    this.id = id;
    this.channel = channel;
    this.footer = footer;
    next = span.offset();
    end = span.offset() + span.length();
  }

  @Override
  public @Nullable Region next() {
    if (next >= end) return null;
    long from = next;
    long chunkStart = from - from % BlobFooter.CHUNK;
    long until = Math.min(end, chunkStart + REGION);
    int first = Math.toIntExact(from / BlobFooter.CHUNK);
    int last = Math.toIntExact((until - 1) / BlobFooter.CHUNK);
    ByteBuffer chunk = null;
    for (int number = first; number <= last; number++) chunk = verify(number);
    next = until;
    if (first == last && until - from <= SMALL && chunk != null) {
      int start = (int) (from - chunkStart);
      return new Region.Memory(chunk.slice(start, (int) (until - from)).asReadOnlyBuffer());
    }
    return new Region.FileSlice(channel, from, until - from);
  }

  private ByteBuffer verify(int number) {
    long start = (long) number * BlobFooter.CHUNK;
    int length = (int) Math.min(BlobFooter.CHUNK, footer.length() - start);
    ByteBuffer chunk = room(length);
    try {
      while (chunk.hasRemaining()) {
        int read = channel.read(chunk, start + chunk.position());
        if (read < 0) throw new Corrupt("blob %s ends early".formatted(id), null);
      }
    } catch (IOException e) {
      throw new Corrupt("blob %s cannot be read at %d".formatted(id, start), e);
    }
    chunk.flip();
    if (!footer.matches(number, chunk.duplicate()))
      throw new Corrupt("blob %s does not match its checksum at %d".formatted(id, start), null);
    return chunk;
  }

  private ByteBuffer room(int length) {
    ByteBuffer mine = buffer;
    if (mine == null) {
      mine = CheckBuffers.take();
      buffer = mine;
    }
    return mine.clear().limit(length);
  }

  @Override
  public void close() {
    ByteBuffer mine = buffer;
    buffer = null;
    next = end;
    if (mine != null) CheckBuffers.give(mine);
  }
}
