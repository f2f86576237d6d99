package io.tarn.cache;

import io.tarn.io.Calls;
import io.tarn.io.CheckBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A block that is being written, by one thread, and can be read by others as far as it came. It is
/// nobody's yet: what it is of need only be known when it is committed.
///
/// What it takes is gathered, so that the disk is called some times for a block, and once for a
/// small one. A call that the disk did not answer in time still has the file and the buffer: what
/// comes of it is thrown away when it ends, by the thread that made it.
final class StagedBlock {
  /// Whoever waits for the bytes has them after so long, if a chunk of them came.
  private static final long WAIT_NANOS = 5_000_000;

  private final CacheDirectory directory;
  private final long serial;
  private final long room;
  private final int[] table;
  private final int most;
  private final CRC32C crc = new CRC32C();
  private int written;
  private int summed; // of it, in the table
  private int step;
  private long flushed;
  private volatile int checked;
  private @Nullable ByteBuffer gathered; // what of it is not in the file
  private @Nullable FileChannel file; // by one call after another
  private volatile boolean abandoned;

  /// - `room`: what was reserved for it
  /// - `most`: how many bytes it may come to
  /// - `step`: how many are gathered at first; each time twice as many
  StagedBlock(CacheDirectory directory, long serial, long room, int most, int step) {
    this.directory = directory;
    this.serial = serial;
    this.room = room;
    this.most = most;
    this.step = step;
    this.table = new int[BlockFooter.chunks(most)];
    this.flushed = System.nanoTime();
  }

  CacheDirectory directory() {
    return directory;
  }

  long room() {
    return room;
  }

  /// How many bytes it may still take.
  int left() {
    return most - written;
  }

  int written() {
    return written;
  }

  /// Takes what remains in the buffer.
  void append(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      ByteBuffer into = gathered;
      if (into == null) {
        into = CheckBuffers.take().clear();
        gathered = into;
      }
      int left = BlockFooter.CHUNK - written % BlockFooter.CHUNK;
      int count = Math.min(left, bytes.remaining());
      ByteBuffer piece = bytes.slice(bytes.position(), count);
      crc.update(piece.duplicate());
      into.put(piece);
      bytes.position(bytes.position() + count);
      written += count;
      if (count == left) {
        endChunk();
        if (isDue(into)) flush(into);
      }
    }
  }

  private void endChunk() {
    table[(written - 1) / BlockFooter.CHUNK] = (int) crc.getValue();
    crc.reset();
    summed = written;
  }

  /// The last of it is written as it is committed.
  private boolean isDue(ByteBuffer gathered) {
    return written < most
        && (gathered.position() >= step || System.nanoTime() - flushed > WAIT_NANOS);
  }

  private void flush(ByteBuffer gathered) throws IOException {
    gathered.flip();
    make(
        () -> {
          write(gathered);
          return true;
        });
    gathered.clear();
    step = Math.min(2 * step, CheckBuffers.BYTES);
    flushed = System.nanoTime();
    checked = written;
  }

  /// By whoever may wait for the disk.
  private FileChannel write(ByteBuffer bytes) throws IOException {
    FileChannel open = file;
    if (open == null) {
      open =
          FileChannel.open(
              directory.filling(serial), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      file = open;
    }
    while (bytes.hasRemaining()) open.write(bytes);
    return open;
  }

  /// No more bytes come.
  void end() {
    if (summed < written) endChunk();
  }

  /// How many bytes can be read: whole chunks.
  int checked() {
    return checked;
  }

  /// Opens it for a reader, who closes it. Bytes behind [#checked] are not to be read.
  BlockFile reader(int length) throws IOException {
    return directory.openUnderway(serial, length, table);
  }

  /// Makes it the block `id`, with its name. After a failure it is to be discarded.
  Block commit(BlockId id, byte[] label) throws IOException {
    ByteBuffer footer = BlockFooter.encode(id, written, table, label);
    var block = new Block(id, written, written + footer.remaining(), serial, directory);
    ByteBuffer rest = gathered;
    if (rest != null) rest.flip();
    IndexFile log = directory.index();
    make(
        () -> {
          if (rest != null) write(rest);
          write(footer).close();
          if (abandoned) return false;
          directory.publish(block, log);
          return true;
        });
    giveBack();
    return block;
  }

  private void giveBack() {
    CheckBuffers.giveBack(gathered);
    gathered = null;
  }

  /// Gives it up. Readers go on with what they opened.
  void discard() {
    if (abandoned) return;
    giveBack();
    FileChannel open = file;
    if (open == null) {
      directory.giveBack(room);
      return;
    }
    directory.closer().add(open::close);
    directory.discard(serial, room);
  }

  /// What becomes of the file when a call ends that nobody waits for any more.
  private final class ThrownAway implements Calls.Late<Boolean> {
    private boolean begun;

    @Override
    public void begun() {
      begun = true;
    }

    @Override
    public void undo(@Nullable Boolean done) {
      FileChannel open = file;
      if (open != null) directory.closer().add(open::close);
      directory.removeLate(serial, room);
    }
  }

  private void make(Calls.Call<Boolean> call) throws IOException {
    var late = new ThrownAway();
    try {
      directory.make(call, late);
    } catch (CacheDirectory.Silent e) {
      if (late.begun) {
        abandoned = true;
        gathered = null; // the call has it
      }
      throw e;
    }
  }
}
