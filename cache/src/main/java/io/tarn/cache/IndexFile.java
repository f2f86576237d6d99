package io.tarn.cache;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What blocks there are in a directory, as a log: so a start reads one file from end to end, and
/// none for each block. Nothing is synced. What it says of a block is believed only until the
/// block's own file says otherwise, and what it does not know of is deleted at the next start.
///
/// A header (magic `TARNCIX2`, size of blocks, CRC32C) and records of 52 bytes: that there is a
/// block, or not any more, each with its own CRC32C. It is read up to the first that does not
/// match. When most of it is of no use any more it is written anew, aside, and renamed.
///
/// Thread-safe. Whoever writes may wait for the disk, and for others who do.
final class IndexFile {
  private static final byte[] MAGIC = "TARNCIX2".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 16;
  private static final int RECORD = 52;
  private static final byte THERE = 1;
  private static final byte GONE = 2;

  /// Below so many records it is not worth writing anew.
  private static final long FEW = 10_000;

  private final Path path;
  private final int blockSize;
  private @Nullable FileChannel log;
  private volatile long records;
  private volatile long live;
  private volatile boolean torn;
  private volatile boolean retired;

  IndexFile(Path directory, int blockSize) {
    this.path = directory.resolve("index");
    this.blockSize = blockSize;
  }

  /// A block that a log has.
  record Listed(BlockId id, int length, int fileBytes, long serial, Marks marks) {}

  /// What eviction knew of it when the log was written anew.
  record Marks(boolean main, boolean pinned, byte touches) {
    static final Marks FRESH = new Marks(false, false, (byte) 0);

    byte toByte() {
      return (byte) ((main ? 1 : 0) | (pinned ? 2 : 0) | touches << 2);
    }

    static Marks of(byte bits) {
      return new Marks((bits & 1) != 0, (bits & 2) != 0, (byte) (bits >> 2 & 3));
    }
  }

  /// The blocks of the log, in its order. `whole` if it ends where a record does, and is of this
  /// format and size of blocks.
  record Contents(Iterable<Listed> blocks, boolean whole) {}

  Contents read() throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      return read(new DataInputStream(new BufferedInputStream(file, 1 << 20)));
    } catch (NoSuchFileException e) {
      return new Contents(List.of(), false);
    }
  }

  private Contents read(DataInputStream in) throws IOException {
    Map<Long, Listed> found = new LinkedHashMap<>();
    byte[] bytes = new byte[RECORD];
    boolean whole =
        in.readNBytes(bytes, 0, HEADER) == HEADER
            && header().equals(ByteBuffer.wrap(bytes, 0, HEADER));
    while (whole) {
      int count = in.readNBytes(bytes, 0, RECORD);
      if (count == 0) break;
      ByteBuffer record = ByteBuffer.wrap(bytes);
      whole =
          count == RECORD
              && record.getInt(RECORD - 4) == BlockFooter.crcOf(record.slice(0, RECORD - 4))
              && take(record, found);
    }
    return new Contents(found.values(), whole);
  }

  /// False for what is no record of this format.
  private boolean take(ByteBuffer record, Map<Long, Listed> found) {
    byte kind = record.get();
    Marks marks = Marks.of(record.get());
    int length = record.getInt(4);
    int fileBytes = record.getInt(8);
    long serial = record.getLong(12);
    long bucket = record.getLong(40);
    var id = new BlockId(bucket, record.getLong(20), record.getLong(28), record.getInt(36));
    if (kind == GONE) {
      found.remove(serial);
      return true;
    }
    if (kind != THERE || length <= 0 || length > blockSize || fileBytes <= length) return false;
    found.put(serial, new Listed(id, length, fileBytes, serial, marks));
    return true;
  }

  private ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER).put(MAGIC).putInt(blockSize);
    return header.putInt(BlockFooter.crcOf(header.duplicate().flip())).flip();
  }

  private static void encode(ByteBuffer into, byte kind, Block block, Marks marks) {
    int start = into.position();
    into.put(kind).put(marks.toByte()).putShort((short) 0);
    into.putInt(block.length()).putInt(block.fileBytes()).putLong(block.serial());
    into.putLong(block.id().high()).putLong(block.id().low()).putInt(block.id().number());
    into.putLong(block.id().bucket());
    into.putInt(BlockFooter.crcOf(into.slice(start, RECORD - 4)));
  }

  /// Writes it anew, with the blocks that there are, in their order, and goes on behind them. They
  /// are asked for when nothing is being written here, so that what comes or goes later is.
  synchronized boolean rewrite(Supplier<List<Block>> blocks) throws IOException {
    Path fresh = path.resolveSibling("index.new");
    FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    boolean done = false;
    try {
      long count = write(blocks.get(), out);
      if (retired) return false;
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      done = true;
      close();
      log = out;
      records = count;
      live = count;
      torn = false;
      return true;
    } finally {
      if (!done) out.close();
    }
  }

  private long write(List<Block> blocks, FileChannel out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(RECORD << 12).put(header());
    for (Block block : blocks) {
      if (buffer.remaining() < RECORD) flush(buffer, out);
      boolean main = block.queue == Block.Queue.MAIN;
      encode(buffer, THERE, block, new Marks(main, block.pinned, block.touches));
    }
    flush(buffer, out);
    return blocks.size();
  }

  private static void flush(ByteBuffer buffer, FileChannel out) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) out.write(buffer);
    buffer.clear();
  }

  /// It is not to take its place any more, if it is being written anew.
  void retire() {
    retired = true;
  }

  /// Before the block's file has its name: so no file is there that the log does not know of,
  /// unless the power failed.
  synchronized void there(Block block) throws IOException {
    append(THERE, block);
    live++;
  }

  /// After the block's file is gone.
  synchronized void gone(Block block) throws IOException {
    append(GONE, block);
    live--;
  }

  /// Whether it is time to [#rewrite] it. Does not wait.
  boolean needsRewrite() {
    return torn || records > 2 * live + FEW;
  }

  private synchronized void append(byte kind, Block block) throws IOException {
    FileChannel open = log;
    if (open == null) throw new IOException("the index of the cache is not open");
    ByteBuffer record = ByteBuffer.allocate(RECORD);
    encode(record, kind, block, Marks.FRESH);
    record.flip();
    try {
      while (record.hasRemaining()) open.write(record);
    } catch (IOException e) {
      torn = true; // after half a record nothing that is behind it would be read
      throw e;
    }
    records++;
  }

  synchronized void close() throws IOException {
    FileChannel open = log;
    log = null;
    if (open != null) open.close();
  }
}
