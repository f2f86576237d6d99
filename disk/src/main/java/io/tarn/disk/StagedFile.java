package io.tarn.disk;

import io.tarn.store.BlobId;
import io.tarn.store.Blobs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// A blob on its way to disk. Once committed the file is under its name and durable; closed before
/// that, the file is gone. A crash leaves it in `staging`, which is emptied at start.
final class StagedFile implements Blobs.Staged {
  /// How much may be written between two looks at the free space.
  private static final long ADMISSION = 64L << 20;

  private final Volume volume;
  private final BlobId id;
  private final Path path;
  private final BlobSink sink;
  private final BlobFooter.Builder footer;
  private long admitted = ADMISSION;
  private boolean committed;

  StagedFile(Volume volume, BlobId id, Path path, BlobSink sink) {
    this.volume = volume;
    this.id = id;
    this.path = path;
    this.sink = sink;
    footer = new BlobFooter.Builder(id);
  }

  @Override
  public BlobId id() {
    return id;
  }

  @Override
  public void write(ByteBuffer bytes) {
    footer.add(bytes);
    if (footer.length() > admitted) {
      volume.admit(ADMISSION);
      admitted += ADMISSION;
    }
    try {
      sink.write(bytes);
    } catch (IOException e) {
      throw volume.writeFailed(e);
    }
  }

  @Override
  public long commit() {
    try {
      sink.finish(footer.finish());
      sink.close();
      volume.publish(path, id);
      committed = true;
      return footer.length();
    } catch (IOException e) {
      throw volume.writeFailed(e);
    }
  }

  @Override
  public void close() {
    try {
      sink.close();
      if (!committed) Files.deleteIfExists(path);
    } catch (IOException e) {
      throw volume.writeFailed(e);
    }
  }
}
