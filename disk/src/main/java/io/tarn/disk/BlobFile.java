package io.tarn.disk;

import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import io.tarn.store.RegionSource;
import io.tarn.store.StoreFailure.Corrupt;
import io.tarn.store.StoreFailure.Invalid;
import io.tarn.store.StoreFailure.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A committed blob, open for reading. The open file keeps its bytes even if the name is deleted.
final class BlobFile implements Blobs.OpenBlob {
  private final BlobId id;
  private final FileChannel channel;
  private final BlobFooter footer;

  private BlobFile(BlobId id, FileChannel channel, BlobFooter footer) {
    this.id = id;
    this.channel = channel;
    this.footer = footer;
  }

  static BlobFile open(Path path, BlobId id) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new BlobFile(id, channel, BlobFooter.read(channel, id));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public BlobId id() {
    return id;
  }

  @Override
  public long length() {
    return footer.length();
  }

  @Override
  public RegionSource read(long offset, long length) {
    if (offset < 0 || length < 0 || offset + length > footer.length())
      throw new Invalid(
          Reason.RANGE,
          "%d bytes at %d of a blob of %d".formatted(length, offset, footer.length()));
    return new VerifiedRegions(id, channel, footer, new VerifiedRegions.Span(offset, length));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new Corrupt("closing blob " + id, e);
    }
  }
}
