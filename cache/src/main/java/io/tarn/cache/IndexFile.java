package io.tarn.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
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
  private static final int AT_ONCE = 4096;
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

  /// What a record says: that there is a block, and what eviction knew of it when the log was
  /// written anew (for `main`, that it was in that queue), or that it is `gone`.
  record Listed(Block block, boolean gone, boolean main) {}

  private static byte marks(Block block) {
    boolean main = block.queue == Block.Queue.MAIN;
    return (byte) ((main ? 1 : 0) | (block.pinned ? 2 : 0) | block.touches << 2);
  }

  /// To read it from its beginning.
  Reading read() {
    return new Reading();
  }

  /// The records of the log, in its order: some are fetched, and taken, and then the next.
  final class Reading implements AutoCloseable {
    private final ByteBuffer some = ByteBuffer.allocate(AT_ONCE * RECORD).flip();
    private final CRC32C crc = new CRC32C();
    private @Nullable FileChannel file;
    private boolean whole;
    private boolean over;
    private long count;
    private long left; // of the blocks

    /// Whether there are more. May wait for the disk.
    boolean fetch() throws IOException {
      FileChannel from = file == null && !over ? begin() : file;
      if (over || from == null) return false;
      fill(from, some.capacity());
      over = some.limit() < some.capacity();
      int good = 0;
      while (good + RECORD <= some.limit() && isSound(good)) good += RECORD;
      if (good < some.limit()) {
        whole = false;
        over = true;
      }
      some.limit(good);
      count += good / RECORD;
      return good > 0;
    }

    private @Nullable FileChannel begin() throws IOException {
      over = true;
      try {
        FileChannel from = FileChannel.open(path, StandardOpenOption.READ);
        file = from;
        fill(from, HEADER);
        whole = header().equals(some);
        over = !whole;
        return from;
      } catch (NoSuchFileException e) {
        return null;
      }
    }

    private void fill(FileChannel from, int most) throws IOException {
      some.clear().limit(most);
      while (some.hasRemaining() && from.read(some) >= 0) {
        // goes on
      }
      some.flip();
    }

    private boolean isSound(int at) {
      crc.reset();
      crc.update(some.array(), at, RECORD - 4);
      if (some.getInt(at + RECORD - 4) != (int) crc.getValue()) return false;
      byte kind = some.get(at);
      int length = some.getInt(at + 4);
      boolean fits = length > 0 && length <= blockSize && some.getInt(at + 8) > length;
      return kind == GONE || (kind == THERE && fits);
    }

    /// The next of those that were fetched, as a block of this directory; null behind the last.
    @Nullable Listed next(CacheDirectory directory) {
      if (!some.hasRemaining()) return null;
      int at = some.position();
      some.position(at + RECORD);
      boolean gone = some.get(at) == GONE;
      byte marks = some.get(at + 1);
      long high = some.getLong(at + 20);
      var id =
          new BlockId(some.getLong(at + 40), high, some.getLong(at + 28), some.getInt(at + 36));
      var block =
          new Block(id, some.getInt(at + 4), some.getInt(at + 8), some.getLong(at + 12), directory);
      block.pinned = (marks & 2) != 0;
      block.touches = (byte) (marks >> 2 & Block.MOST_TOUCHES);
      left += gone ? -1 : 1;
      return new Listed(block, gone, (marks & 1) != 0);
    }

    /// Whether it ended where a record does, and is of this format and size of blocks.
    boolean isWhole() {
      return whole;
    }

    @Override
    public void close() throws IOException {
      if (file != null) file.close();
    }
  }

  /// Goes on behind what was read, which is whole. May wait for the disk.
  synchronized boolean goOn(Reading read) throws IOException {
    FileChannel out = FileChannel.open(path, StandardOpenOption.WRITE);
    if (retired) {
      out.close();
      return false;
    }
    out.position(HEADER + read.count * RECORD);
    log = out;
    records = read.count;
    live = Math.max(0, read.left);
    return true;
  }

  private ByteBuffer header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER).put(MAGIC).putInt(blockSize);
    return header.putInt(BlockFooter.crcOf(header.duplicate().flip())).flip();
  }

  private static void encode(ByteBuffer into, byte kind, Block block, byte marks) {
    int start = into.position();
    BlockId id = block.id();
    into.put(kind).put(marks).putShort((short) 0);
    into.putInt(block.length()).putInt(block.fileBytes()).putLong(block.serial());
    into.putLong(id.high()).putLong(id.low()).putInt(id.number()).putLong(id.bucket());
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
    ByteBuffer buffer = ByteBuffer.allocate(AT_ONCE * RECORD).put(header());
    for (Block block : blocks) {
      if (buffer.remaining() < RECORD) flush(buffer, out);
      encode(buffer, THERE, block, marks(block));
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
    encode(record, kind, block, (byte) 0);
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
