package io.tarn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// The bytes of all request bodies: one file of random bytes, deleted on close, sent with
/// `sendfile`, and its first bytes in memory for small bodies. A body of n bytes is the first n
/// bytes, repeated where n is larger than the file.
final class BodySource implements AutoCloseable {
  static final int IN_MEMORY = 64 << 10;
  private static final long LARGEST_FILE = 64 << 20;

  private final FileChannel file;
  private final long fileSize;
  private final ByteBuffer start;

  private BodySource(FileChannel file, long fileSize, ByteBuffer start) {
    this.file = file;
    this.fileSize = fileSize;
    this.start = start;
  }

  /// Holds enough for bodies of up to `largestBody` bytes.
  static BodySource create(long largestBody) {
    long size = Math.clamp(largestBody, IN_MEMORY, LARGEST_FILE);
    try {
      Path path = Files.createTempFile("tarn-bench-body", ".bin");
      FileChannel file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(20260101);
      ByteBuffer start = null;
      for (long written = 0; written < size; written += IN_MEMORY) {
        byte[] block = new byte[IN_MEMORY];
        random.nextBytes(block);
        if (start == null) start = ByteBuffer.allocateDirect(IN_MEMORY).put(block).flip();
        writeFully(file, ByteBuffer.wrap(block));
      }
      return new BodySource(
          file, file.size(), start == null ? ByteBuffer.allocateDirect(0) : start);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot write a temporary file for request bodies: " + e.getMessage(), e);
    }
  }

  /// A view of the bytes in memory. One per connection.
  ByteBuffer view() {
    return start.duplicate();
  }

  /// Sends bytes `from` to `end` of a body as far as the channel takes them; returns how many it
  /// took.
  long transfer(long from, long end, WritableByteChannel channel) throws IOException {
    long inFile = from % fileSize;
    return file.transferTo(inFile, Math.min(end - from, fileSize - inFile), channel);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close the file of request bodies", e);
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) file.write(bytes);
  }
}
