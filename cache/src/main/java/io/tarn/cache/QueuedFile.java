package io.tarn.cache;

import io.tarn.bytes.DurableFile;
import io.tarn.cache.BlockFooter.DamagedBlock;
import io.tarn.io.Calls;
import io.tarn.io.CheckBuffers;
import io.tarn.io.ReadableFile;
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
import org.jspecify.annotations.Nullable;

/// The bytes of one queued write that are too many for the log. First come the bytes; behind them:
///
/// - table: one CRC32C (4 bytes, big-endian) per chunk of 128 KiB; the last chunk may be short
/// - trailer: magic `TARNWBF1`, the number of the file (8), how many bytes (8), and the CRC32C (4)
///   of table and trailer
///
/// Each reader opens it for himself; every read checks the chunks it takes. What is open can be
/// read even when its name is gone.
///
/// A call that the disk did not answer in time still has the file: what comes of it is thrown away
/// when it ends, by the thread that made it.
final class QueuedFile implements StoredBytes, AutoCloseable {
  static final int CHUNK = ROOM;
  private static final byte[] MAGIC = "TARNWBF1".getBytes(StandardCharsets.US_ASCII);
  private static final int TRAILER = MAGIC.length + 8 + 8 + 4;

  private final ReadableFile file;
  private final long length;
  private final int[] table;
  private final Calls calls;

  private QueuedFile(ReadableFile file, long length, int[] table, Calls calls) {
    this.file = file;
    this.length = length;
    this.table = table;
    this.calls = calls;
  }

  static int chunks(long length) {
    return Math.toIntExact((length + CHUNK - 1) / CHUNK);
  }

  /// How long the file of so many bytes is.
  static long fileBytes(long length) {
    return length + 4L * chunks(length) + TRAILER;
  }

  static QueuedFile open(QueueDirectory directory, long number, long length) throws IOException {
    return directory.calls().make(() -> opened(directory, number, length), QueuedFile::closeLate);
  }

  private static QueuedFile opened(QueueDirectory directory, long number, long length)
      throws IOException {
    ReadableFile file = ReadableFile.open(directory.named(number), directory.closer());
    try {
      return new QueuedFile(file, length, table(file, number, length), directory.calls());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void closeLate(@Nullable QueuedFile late) {
    if (late != null) late.close();
  }

  private static int[] table(ReadableFile file, long number, long length) throws IOException {
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
      fill(start, into);
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

  /// By way of a buffer of the call's own: one that ends too late must not write into memory that
  /// is somebody else's by then.
  private void fill(long start, ByteBuffer into) throws IOException {
    while (into.hasRemaining() && file.tryRead(into, start + into.position()) > 0) {}
    while (into.hasRemaining()) {
      long from = start + into.position();
      int count = Math.min(CheckBuffers.BYTES, into.remaining());
      ByteBuffer some =
          calls.make(() -> BlockFooter.readFully(file, from, count), CheckBuffers::giveBack);
      into.put(some);
      CheckBuffers.give(some);
    }
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

  /// Returns at once.
  @Override
  public void close() {
    file.close();
  }

  /// One that is being written, aside. Closed it is gone; one that is to stay is not closed.
  static final class Writing implements AutoCloseable {
    /// A sync has to write what is in the page cache: so many bytes are allowed the usual time.
    private static final long SYNCED_IN_TIME = 64 << 20;

    private static final int MOST_TIMES = 10;

    private final QueueDirectory directory;
    private final long number;
    private final CRC32C crc = new CRC32C();
    private int[] table = new int[16];
    private long length;
    private @Nullable FileChannel out; // by one call after another
    private volatile boolean abandoned;

    Writing(QueueDirectory directory, long number) {
      this.directory = directory;
      this.number = number;
    }

    void write(ByteBuffer bytes) throws IOException {
      ByteBuffer left = bytes.duplicate();
      while (left.hasRemaining()) {
        int count = (int) Math.min(left.remaining(), CHUNK - length % CHUNK);
        crc.update(left.slice(left.position(), count));
        left.position(left.position() + count);
        length += count;
        if (length % CHUNK == 0) endChunk();
      }
      if (!bytes.hasRemaining()) return;
      // Of its own, as the caller uses his again when he was told that the disk does not answer.
      ByteBuffer taken = bytes.duplicate();
      make(1, () -> writeFully(taken));
    }

    /// By whoever may wait for the disk.
    private FileChannel writeFully(ByteBuffer bytes) throws IOException {
      FileChannel open = out;
      if (open == null) {
        open =
            FileChannel.open(
                directory.staged(number), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out = open;
      }
      while (bytes.hasRemaining()) open.write(bytes);
      return open;
    }

    private void endChunk() {
      int index = chunks(length) - 1;
      if (index == table.length) table = Arrays.copyOf(table, 2 * table.length);
      table[index] = (int) crc.getValue();
      crc.reset();
    }

    /// Bytes, then their name: durable when it returns.
    void commit() throws IOException {
      if (length % CHUNK != 0) endChunk();
      ByteBuffer footer = ByteBuffer.allocate(Math.toIntExact(fileBytes(length) - length));
      for (int i = 0; i < chunks(length); i++) footer.putInt(table[i]);
      footer.put(MAGIC).putLong(number).putLong(length);
      footer.putInt(BlockFooter.crcOf(footer.duplicate().flip())).flip();
      int times = (int) Math.min(1 + length / SYNCED_IN_TIME, MOST_TIMES);
      make(times, () -> publish(footer));
    }

    private FileChannel publish(ByteBuffer footer) throws IOException {
      FileChannel open = writeFully(footer);
      open.force(false);
      open.close();
      if (abandoned) return open;
      Path named = directory.named(number);
      Files.move(directory.staged(number), named, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.sync(LogSegment.parent(named));
      return open;
    }

    /// What becomes of the file when a call ends that nobody waits for any more.
    private final class ThrownAway implements Calls.Late<FileChannel> {
      private boolean begun;

      @Override
      public void begun() {
        begun = true;
      }

      @Override
      public void undo(@Nullable FileChannel done) {
        try {
          discard();
        } catch (IOException e) {
          WriteQueue.LOG.warn("a body that came too late stays until the next start", e);
        }
      }
    }

    private void make(int times, Calls.Call<FileChannel> call) throws IOException {
      var late = new ThrownAway();
      try {
        var _ = directory.calls().make(times, call, late);
      } catch (StoreFailure.Unresponsive e) {
        abandoned = late.begun;
        throw e;
      }
    }

    /// Nothing is left of it, neither staged nor under its name. Waits for the disk.
    private void discard() throws IOException {
      FileChannel open = out;
      if (open != null) open.close();
      Files.deleteIfExists(directory.staged(number));
      Files.deleteIfExists(directory.named(number));
    }

    /// It is not to be, even where [#commit] was reached. Nothing is left of it, soon.
    @Override
    public void close() {
      if (!abandoned) directory.closer().add(this::discard);
    }
  }
}
