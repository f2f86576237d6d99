package io.tarn.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCountUtil;
import io.tarn.http.BodySender.StoredPiece.Run;
import io.tarn.http.BodySlice.Memory;
import io.tarn.http.BodySlice.Stored;
import io.tarn.http.ResponseBody.Slices;
import io.tarn.http.Window.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sends a response of slices from the request's thread.
///
/// Memory is handed to the event loop, which sends it while the next slice is prepared. What is
/// stored the loop reads itself, when the socket has room and as far as it need not wait; where it
/// would have to, this thread has the bytes brought into memory first. Under TLS, or from files
/// that no loop can read, this thread reads them into buffers and hands those over.
final class BodySender {
  /// Large memory is handed over in pieces of that size, and up to here one write of a copy is
  /// cheaper than the two system calls of a stored piece.
  static final int PIECE = 64 << 10;

  private static final int MOST_PIECES = 2;

  /// Stored bytes that the loop is told to send at once: so many that threads are seldom woken.
  private static final long STRIDE = 2 << 20;

  /// Stored bytes that are brought into memory at once, while those before are being sent.
  private static final long FETCHED = 1 << 20;

  /// How many times as much is brought into memory, at most, before the loop is left to itself
  /// again; it doubles each time that turns out to be too early.
  private static final int MOST_FETCHES = 64;

  /// After so many times that what was just brought into memory was not there any more, it is read
  /// into buffers.
  private static final int MOST_VAIN = 3;

  /// Something on its way to the socket.
  ///
  /// - `sent`: the owner's to hear that the bytes are free again
  private record Piece(Object message, long length, Entry entry, Runnable sent, boolean last) {}

  private final HttpExchange exchange;
  private final Connection connection;
  private final Answer answer;
  private final Slices slices;
  private final Window window;
  private long left;

  /// Whether the head is out, or on its way for sure.
  private volatile boolean begun;

  private boolean headWritten; // on the loop

  BodySender(HttpExchange exchange, Connection connection, Answer answer, Slices slices) {
    this.exchange = exchange;
    this.connection = connection;
    this.answer = answer;
    this.slices = slices;
    ListenerState site = connection.site();
    this.window =
        new Window(
            site.bounds().inFlight(),
            site.budgets().replies().open(exchange.network()),
            site.settings().memory().patience());
    this.left = slices.length() < 0 ? Long.MAX_VALUE : slices.length();
  }

  /// Returns when the last byte was handed to the socket. The caller closes the source.
  void send() {
    try {
      BodySlices source = slices.source();
      for (BodySlice slice = source.next();
          slice != null;
          slice = left > 0 ? source.next() : null) {
        send(slice);
      }
      if (slices.length() < 0) {
        left = 0;
        submit(() -> Unpooled.EMPTY_BUFFER, new Entry(0, 0), () -> {});
      } else if (left > 0) {
        throw new IllegalStateException("a slice source ended " + left + " bytes early");
      }
      window.requireSent();
    } catch (TooMuch none) {
      connection.site().open().overdrawn.increment();
      end();
      throw begun ? new ClientGone(none.reason()) : none;
    } catch (Throwable failure) {
      end();
      throw failure;
    }
  }

  /// Before the first byte, the handler may still answer something else.
  private void end() {
    if (!begun) {
      window.awaitEmpty(); // what is under way begins now, or never
    }
    if (begun) {
      connection.abort("the response could not be completed");
      window.awaitEmpty();
    }
  }

  private void send(BodySlice slice) {
    if (slice.length() > left) {
      if (slice instanceof Memory memory) memory.sent().run();
      throw new IllegalStateException("a slice source yields more than it announced");
    }
    switch (slice) {
      case Memory(var bytes, var sent) -> {
        if (bytes.hasRemaining()) {
          var entry = new Entry(bytes.remaining(), bytes.remaining());
          submit(() -> Unpooled.wrappedBuffer(bytes), entry, sent);
        } else {
          sent.run();
        }
      }
      case Stored stored -> send(stored);
    }
  }

  private void send(Stored slice) {
    var at = 0L;
    if (!connection.isSecure() && !answer.chunked() && slice.length() > PIECE) at = pull(slice);
    while (at < slice.length()) at += copy(slice, at);
  }

  /// Has the loop send as much of the slice as it can, and answers how much that was.
  private long pull(Stored slice) {
    var at = 0L;
    var fetch = false;
    var fetches = 1;
    for (var vain = 0; at < slice.length() && vain < MOST_VAIN && slice.bytes().canTry(); ) {
      long to = fetch ? Math.min(slice.length(), at + fetches * FETCHED) : slice.length();
      long reached = pull(slice, at, to, fetch);
      boolean missed = reached < to;
      if (missed && !fetch) fetches = Math.min(MOST_FETCHES, 2 * fetches);
      vain = missed && fetch && reached == at ? vain + 1 : 0;
      fetch = missed;
      at = reached;
    }
    return at;
  }

  /// Has the loop send a stretch of the slice, and answers how far it came.
  private long pull(Stored slice, long from, long to, boolean fetch) {
    var run = new Run(slice, connection.scratch());
    long before = left;
    long stride = fetch ? FETCHED : STRIDE;
    for (long at = from; at < to && !run.isStopped(); ) {
      long place = slice.offset() + at;
      var length = Math.min(to - at, stride - place % stride);
      if (fetch) slice.bytes().fetch(place, length);
      var piece = new StoredPiece(run, at, length, at + length == to);
      submit(() -> piece, new Entry(length, 0), () -> {});
      at += length;
    }
    window.requireSent();
    run.requireSound();
    left = before - run.sent();
    return from + run.sent();
  }

  private long copy(Stored slice, long from) {
    int room = slice.bytes().room();
    var most = Math.min(room, slice.length() - from);
    var entry = new Entry(most, most > room / 2 ? room : most);
    long before = left;
    submit(() -> read(slice, from), entry, () -> {});
    return before - left;
  }

  private ByteBuf read(Stored slice, long from) {
    ByteBuf buffer = connection.allocate(slice.bytes().room());
    try {
      ByteBuffer room = buffer.nioBuffer(0, buffer.capacity());
      slice.bytes().read(slice.offset() + from, room);
      var length = (int) Math.min(room.remaining(), slice.length() - from);
      buffer.setIndex(room.position(), room.position() + length);
      // A large buffer is not kept for a few bytes that a client takes its time with.
      return length > buffer.capacity() / 2
          ? buffer.retain()
          : connection.allocate(length).writeBytes(buffer);
    } finally {
      buffer.release();
    }
  }

  /// The message is made when there is room for it. It may come to less than was entered.
  private void submit(Supplier<Object> maker, Entry entry, Runnable sent) {
    try {
      window.enter(entry, MOST_PIECES);
    } catch (ClientGone | TooMuch end) {
      sent.run();
      throw end;
    }
    Object message = made(maker, entry);
    long length = message instanceof ByteBuf bytes ? bytes.readableBytes() : entry.length();
    left -= length;
    var piece = new Piece(message, length, entry, sent, left == 0);
    // What is stored may turn out damaged on the loop, before the head.
    if (!(message instanceof StoredPiece)) begin();
    if (!connection.execute(() -> transmit(piece))) drop(piece, connection.whyClosed());
  }

  private Object made(Supplier<Object> maker, Entry entry) {
    try {
      return maker.get();
    } catch (RuntimeException | Error e) {
      window.leave(entry, null);
      throw e;
    }
  }

  private void begin() {
    begun = true;
    exchange.begin();
  }

  private void transmit(Piece piece) {
    if (!connection.canAnswer(exchange)) {
      drop(piece, connection.whyClosed());
      return;
    }
    if (!headWritten) {
      if (piece.message instanceof StoredPiece stored && !stored.begin()) {
        drop(piece, null);
        return;
      }
      headWritten = true;
      begin();
      connection.writeHead(answer);
    }
    write(piece).addListener(written -> sent(piece, written.cause()));
  }

  private ChannelFuture write(Piece piece) {
    Output output = connection.output();
    if (!answer.chunked()) return output.send(piece.message);
    return piece.length == 0
        ? output.sendLastChunk()
        : output.sendChunk(piece.message, piece.length);
  }

  private void sent(Piece piece, @Nullable Throwable failure) {
    piece.sent.run();
    if (failure == null) {
      long length = piece.message instanceof StoredPiece stored ? stored.end() : piece.length;
      exchange.sent(length);
      if (piece.last && length == piece.length) connection.responseSent(exchange);
    }
    window.leave(piece.entry, failure == null ? null : connection.whyClosed());
  }

  private void drop(Piece piece, @Nullable String reason) {
    ReferenceCountUtil.release(piece.message);
    piece.sent.run();
    window.leave(piece.entry, reason);
  }

  /// A piece of a stored slice on its way to the socket. The loop reads it bit by bit when there is
  /// room, so it holds no memory. It may end early: where the loop would have to wait for the disk,
  /// or where the bytes are not what they should be. Then the pieces behind it in its run end
  /// before they began, and the request's thread goes on from there.
  static final class StoredPiece extends AbstractReferenceCounted implements FileRegion {
    /// Pieces of one slice that follow each other without a gap.
    static final class Run {
      private final BodySlice.Stored slice;
      private final Scratch scratch;
      private volatile boolean stopped;
      private volatile @Nullable Throwable failure;
      private long sent; // told by the window, which a piece leaves after it

      Run(BodySlice.Stored slice, Scratch scratch) {
        this.slice = slice;
        this.scratch = scratch;
      }

      BodySlice.Bytes bytes() {
        return slice.bytes();
      }

      boolean isStopped() {
        return stopped;
      }

      /// Bytes of it that the socket took; for certain once all its pieces ended.
      long sent() {
        return sent;
      }

      /// Fails with what reading failed with.
      void requireSound() {
        switch (failure) {
          case null -> {}
          case RuntimeException e -> throw e;
          case Error e -> throw e;
          case Throwable e -> throw new IllegalStateException(e);
        }
      }

      private @Nullable ByteBuffer read(long at) {
        if (stopped) return null;
        try {
          ByteBuffer bytes = scratch.read(this, slice.offset() + at);
          stopped = bytes == null;
          return bytes;
        } catch (RuntimeException | Error e) {
          failure = e;
          stopped = true;
          return null;
        }
      }
    }

    private final Run run;
    private final long from;
    private final boolean last;
    private long length;
    private long transferred;

    /// - `from`: in the slice
    /// - `last`: of the run
    StoredPiece(Run run, long from, long length, boolean last) {
      this.run = run;
      this.from = from;
      this.length = length;
      this.last = last;
    }

    /// Reads the first bytes; false when the piece ended before them.
    boolean begin() {
      return run.read(from) != null;
    }

    /// To be called once it is over; answers how much of it the socket took.
    long end() {
      run.sent += transferred;
      if (last) run.scratch.forget(run);
      return transferred;
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
      ByteBuffer bytes = run.read(from + position);
      if (bytes == null) {
        // With nothing left of it, the channel takes it for done.
        length = transferred;
        return 0;
      }
      int end = bytes.limit();
      bytes.limit((int) Math.min(end, bytes.position() + length - position));
      try {
        int count = target.write(bytes);
        transferred += Math.max(0, count);
        return count;
      } finally {
        bytes.limit(end);
      }
    }

    @Override
    public long position() {
      return from;
    }

    @Override
    public long count() {
      return length;
    }

    @Override
    public long transferred() {
      return transferred;
    }

    @Override
    @Deprecated
    public long transfered() {
      return transferred;
    }

    @Override
    protected void deallocate() {
      // The scratch is the loop's; a piece that is released elsewhere never reached it.
    }

    @Override
    public FileRegion retain() {
      super.retain();
      return this;
    }

    @Override
    public FileRegion retain(int increment) {
      super.retain(increment);
      return this;
    }

    @Override
    public FileRegion touch() {
      return this;
    }

    @Override
    public FileRegion touch(Object hint) {
      return this;
    }

    /// The one buffer that an event loop reads stored bytes into, for whichever connection can take
    /// some. It is small enough to be in the processor's cache still when the socket copies it.
    /// What a connection did not take is only there until another one's turn; then it is read
    /// again. On the loop.
    static final class Scratch {
      private static final int BYTES = 256 << 10;

      private @Nullable ByteBuffer buffer;
      private StoredPiece.@Nullable Run reader;
      private long at;

      /// Bytes from `from` on, at least one; null when reading them would have to wait. Whoever
      /// takes some moves the position, and comes back for the next.
      @Nullable ByteBuffer read(StoredPiece.Run run, long from) {
        BodySlice.Bytes bytes = run.bytes();
        ByteBuffer room = buffer;
        if (room == null || room.capacity() < bytes.room()) {
          room = ByteBuffer.allocateDirect(Math.max(BYTES, bytes.room()));
          buffer = room;
        }
        if (reader == run && from == at + room.position() && room.hasRemaining()) return room;
        reader = null;
        if (!bytes.tryRead(from, room)) return null;
        reader = run;
        at = from - room.position();
        return room;
      }

      /// What is left here of these bytes is not wanted any more.
      void forget(StoredPiece.Run run) {
        if (reader == run) reader = null;
      }
    }
  }
}
