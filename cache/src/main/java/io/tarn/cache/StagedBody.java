package io.tarn.cache;

import io.tarn.store.Content;
import io.tarn.store.Digests;
import io.tarn.store.Incoming;
import io.tarn.store.StoreFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A body that came whole and was what was said of it: small ones in memory, on their way into the
/// log, others in a file that is durable under its name. Closed before it was [#keep]t nothing of
/// it is left.
final class StagedBody implements AutoCloseable {
  /// Up to here the log has the bytes.
  static final int SMALL = 64 << 10;

  /// What a record of the log is taken for, beside bytes of the object.
  private static final int RECORD = 1 << 10;

  private final QueueRoom room;
  private final QueueRoom.Held held;
  private final QueueDirectory directory;
  private final LongSupplier numbers;
  private final Instant now;
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private int memoryTaken;
  private QueuedFile.@Nullable Writing writing;
  private long file;
  private long paid;
  private @Nullable Digests digests;
  private long length;
  private boolean kept;

  private StagedBody(QueueRoom room, QueueDirectory directory, LongSupplier numbers, Instant now) {
    this.room = room;
    this.held = room.hold();
    this.directory = directory;
    this.numbers = numbers;
    this.now = now;
  }

  /// Takes a body to its end. Where it needs a file, `numbers` has a name for it.
  static StagedBody take(
      Incoming body, QueueRoom room, QueueDirectory directory, LongSupplier numbers, Instant now) {
    var staged = new StagedBody(room, directory, numbers, now);
    boolean whole = false;
    try {
      staged.take(body);
      whole = true;
      return staged;
    } catch (IOException e) {
      throw WriteLog.isFull(e)
          ? new StoreFailure.OutOfSpace("no room for writes on their way to the origin", e)
          : new StoreFailure.Unavailable("a write on its way to the origin cannot be kept here", e);
    } finally {
      if (!whole) staged.close();
    }
  }

  private void take(Incoming body) throws IOException {
    if (body.length() > SMALL) begin();
    for (ByteBuffer bytes = body.next(); bytes != null; bytes = body.next()) {
      length += bytes.remaining();
      if (writing == null && !fits(bytes.remaining())) begin();
      if (writing == null) {
        byte[] some = new byte[bytes.remaining()];
        bytes.duplicate().get(some);
        memory.writeBytes(some);
      } else {
        pay(QueuedFile.fileBytes(length));
        writing.write(bytes);
      }
    }
    if (body.length() >= 0 && length != body.length()) {
      throw new StoreFailure.Invalid(
          StoreFailure.Reason.INCOMPLETE_BODY, "the body has another length");
    }
    digests = body.digests();
    if (writing != null) {
      writing.commit();
    } else {
      pay(cost(length, false));
    }
  }

  /// Bytes of disk that a write takes with so many bytes.
  static long cost(long size, boolean inFile) {
    return inFile ? QueuedFile.fileBytes(size) : RECORD + size;
  }

  private boolean fits(int more) {
    if (memory.size() + more > SMALL || !room.takeMemory(more)) return false;
    memoryTaken += more;
    return true;
  }

  private void begin() throws IOException {
    file = numbers.getAsLong();
    var begun = new QueuedFile.Writing(directory, file);
    writing = begun;
    begun.write(ByteBuffer.wrap(memory.toByteArray()));
    memory.reset();
    forgetMemory();
  }

  private void forgetMemory() {
    room.giveMemory(memoryTaken);
    memoryTaken = 0;
  }

  private void pay(long needed) {
    held.takeBytes(needed - paid);
    paid = needed;
  }

  Content content() {
    Digests known = digests;
    if (known == null) throw new IllegalStateException("asked before the end");
    return new Content(length, known.etag(), now, known.checksum());
  }

  QueueRoom.Held held() {
    return held;
  }

  /// Of its bytes; 0 where they are in memory.
  long file() {
    return file;
  }

  /// The bytes that go into the log.
  byte[] inline() {
    return memory.toByteArray();
  }

  /// It is queued: its file stays.
  void keep() {
    kept = true;
    held.keep();
  }

  @Override
  public void close() {
    forgetMemory();
    if (kept) return;
    held.close();
    if (writing != null) writing.close();
  }
}
