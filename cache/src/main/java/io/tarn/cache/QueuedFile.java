package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import io.tarn.cache.BlockFooter.DamagedBlock;
import io.tarn.store.StoreFailure;
import io.tarn.store.StoredBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The bytes of one queued write that are too many for the log. First come the bytes; behind them:
///
/// - table: one CRC32C (4 bytes, big-endian) per chunk of 128 KiB; the last chunk may be short
/// - trailer: magic `TARNWBF1`, the number of the file (8), how many bytes (8), and the CRC32C (4)
///   of table and trailer
///
/// Each reader opens it for himself; every read checks the chunks it takes. What is open can be
/// read even when its name is gone.
final class QueuedFile implements StoredBytes, AutoCloseable {
  static final int CHUNK = ROOM;
  private static final byte[] MAGIC = "TARNWBF1".getBytes(StandardCharsets.US_ASCII);
  private static final int TRAILER = MAGIC.length + 8 + 8 + 4;

  private final FileChannel file;
  private final long length;
  private final int[] table;

  private QueuedFile(FileChannel file, long length, int[] table) {
    this.file = file;
    this.length = length;
    this.table = table;
  }

  static int chunks(long length) {
    return Math.toIntExact((length + CHUNK - 1) / CHUNK);
  }

  /// How long the file of so many bytes is.
  static long fileBytes(long length) {
    return length + 4L * chunks(length) + TRAILER;
  }

  static QueuedFile open(Path path, long number, long length) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new QueuedFile(file, length, table(file, number, length));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static int[] table(FileChannel file, long number, long length) throws IOException {
    if (file.size() != fileBytes(length)) throw new DamagedBlock("it has another length");
    ByteBuffer footer = ByteBuffer.allocate(Math.toIntExact(fileBytes(length) - length));
    BlockFooter.readFully(file, footer, length);
    int end = footer.limit() - 4;
    byte[] magic = new byte[MAGIC.length];
    footer.get(footer.limit() - TRAILER, magic);
    boolean same =
        Arrays.equals(magic, MAGIC)
            && footer.getLong(footer.limit() - TRAILER + MAGIC.length) == number
            && footer.getLong(footer.limit() - TRAILER + MAGIC.length + 8) == length;
    if (!same || footer.getInt(end) != BlockFooter.crcOf(footer.slice(0, end))) {
      throw new DamagedBlock("its footer is not what was written");
    }
    int[] table = new int[chunks(length)];
    footer.asIntBuffer().get(table);
    return table;
  }

  @Override
  public void read(long at, ByteBuffer into) {
    long start = at - at % CHUNK;
    int whole = into.capacity() - into.capacity() % CHUNK;
    int room = (int) Math.min(whole, length - start);
    if (at < 0 || at >= length || room <= at - start) {
      throw new IllegalArgumentException("%d bytes of room for byte %d".formatted(room, at));
    }
    into.clear().limit(room);
    try {
      BlockFooter.readFully(file, into, start);
    } catch (IOException e) {
      throw new StoreFailure.Corrupt("a queued write cannot be read", e);
    }
    int number = (int) (start / CHUNK);
    for (int from = 0; from < room; from += CHUNK, number++) {
      int count = Math.min(CHUNK, room - from);
      if (table[number] != BlockFooter.crcOf(into.slice(from, count))) {
        throw new StoreFailure.Corrupt(
            "a queued write does not match its checksum at " + (start + from), null);
      }
    }
    into.position((int) (at - start));
  }

  @Override
  public boolean tryRead(long at, ByteBuffer into) {
    return false;
  }

  @Override
  public boolean canTry() {
    return false;
  }

  @Override
  public void fetch(long at, long count) {}

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // It was open for reading only: nothing is lost.
      BlockStore.LOG.debug("closing a queued write: {}", e.toString());
    }
  }

  /// One that is being written, aside. Closed before [#commit] returned it is gone.
  static final class Writing implements AutoCloseable {
    private final Path staged;
    private final long number;
    private final FileChannel out;
    private final CRC32C crc = new CRC32C();
    private int[] table = new int[16];
    private long length;
    private boolean committed;

    Writing(Path staged, long number) throws IOException {
      this.staged = staged;
      this.number = number;
      this.out = FileChannel.open(staged, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    long length() {
      return length;
    }

    void write(ByteBuffer bytes) throws IOException {
      ByteBuffer left = bytes.duplicate();
      while (left.hasRemaining()) {
        int count = (int) Math.min(left.remaining(), CHUNK - length % CHUNK);
        ByteBuffer some = left.slice(left.position(), count);
        crc.update(some.duplicate());
        while (some.hasRemaining()) out.write(some);
        left.position(left.position() + count);
        length += count;
        if (length % CHUNK == 0) endChunk();
      }
    }

    private void endChunk() {
      int index = chunks(length) - 1;
      if (index == table.length) table = Arrays.copyOf(table, 2 * table.length);
      table[index] = (int) crc.getValue();
      crc.reset();
    }

    /// Bytes, then their name: durable when it returns.
    void commit(Path named) throws IOException {
      if (length % CHUNK != 0) endChunk();
      ByteBuffer footer = ByteBuffer.allocate(Math.toIntExact(fileBytes(length) - length));
      for (int i = 0; i < chunks(length); i++) footer.putInt(table[i]);
      footer.put(MAGIC).putLong(number).putLong(length);
      footer.putInt(BlockFooter.crcOf(footer.duplicate().flip())).flip();
      while (footer.hasRemaining()) out.write(footer);
      out.force(false);
      out.close();
      Files.move(staged, named, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
      DurableFile.sync(LogSegment.parent(named));
    }

    /// Where [#commit] was not reached nothing is left.
    @Override
    public void close() throws IOException {
      out.close();
      if (!committed) Files.deleteIfExists(staged);
    }
  }
}
