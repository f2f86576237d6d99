package io.tarn.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// The bytes of a file, as if all of them were in memory.
record FileBytes(FileChannel file) implements BodySlice.Bytes {
  private static final int ROOM = 64 << 10;

  static BodySlice.Stored slice(FileChannel file, long offset, long length) {
    return new BodySlice.Stored(new FileBytes(file), offset, length);
  }

  @Override
  public void read(long at, ByteBuffer into) {
    into.clear();
    try {
      if (file.read(into, at) <= 0) throw new IllegalStateException("the file ended early");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    into.flip();
  }

  @Override
  public boolean tryRead(long at, ByteBuffer into) {
    read(at, into);
    return true;
  }

  @Override
  public boolean canTry() {
    return true;
  }

  @Override
  public void fetch(long at, long length) {
    throw new IllegalStateException("everything is in memory");
  }

  @Override
  public int room() {
    return ROOM;
  }
}
