package io.tarn.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Passes a body on as it comes, and does to it what the fault of the request is.
final class WireBody {
  private static final int PIECE = 16 << 10;

  private final InputStream from;
  private final OutputStream to;
  private final Harm harm;
  private long passed;

  /// What happens to a body.
  ///
  /// - `end`: how much of it passes, and then the connection ends ([Ended])
  /// - `flip`: where a bit is another; -1 for nowhere
  /// - `pause`, `piece`: after each piece of this size there is a pause
  record Harm(long end, long flip, Duration pause, int piece) {
    static final Harm NONE = new Harm(Long.MAX_VALUE, -1, Duration.ZERO, PIECE);

    static Harm ofReply(@Nullable WireFault fault) {
      return switch (fault) {
        case WireFault.ResetInReply(var after) -> ending(after);
        case WireFault.Truncated(var after) -> ending(after);
        case WireFault.FlippedInReply(var at) -> new Harm(NONE.end, at, NONE.pause, PIECE);
        case WireFault.SlowDrip(var between) -> new Harm(NONE.end, -1, between, 1);
        case WireFault.Bandwidth(var rate) -> slowed(rate);
        case null, default -> NONE;
      };
    }

    static Harm ofRequest(@Nullable WireFault fault) {
      return switch (fault) {
        case WireFault.ResetInRequest(var after) -> ending(after);
        case WireFault.FlippedInRequest(var at) -> new Harm(NONE.end, at, NONE.pause, PIECE);
        case null, default -> NONE;
      };
    }

    private static Harm ending(long after) {
      return new Harm(after, -1, Duration.ZERO, PIECE);
    }

    /// In ten pieces a second, or in pieces of one byte.
    private static Harm slowed(long bytesPerSecond) {
      int piece = Math.clamp(bytesPerSecond / 10, 1, PIECE);
      long nanos = Math.multiplyExact(piece, 1_000_000_000L) / Math.max(1, bytesPerSecond);
      return new Harm(NONE.end, -1, Duration.ofNanos(nanos), piece);
    }
  }

  /// The fault has ended the body.
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1;
  }

  WireBody(InputStream from, OutputStream to, Harm harm) {
    this.from = from;
    this.to = to;
    this.harm = harm;
  }

  void pass(long length) throws IOException {
    if (harm.end == 0) throw new Ended();
    if (length == WireHead.CHUNKED) {
      passChunks();
    } else if (length == WireHead.TO_THE_END) {
      bytes(Long.MAX_VALUE, false);
    } else {
      bytes(length, true);
    }
    to.flush();
  }

  private void passChunks() throws IOException {
    while (true) {
      String line = line();
      long size = Long.parseLong(line.split(";", -1)[0].strip(), 16);
      if (size == 0) break;
      bytes(size, true);
      line();
    }
    for (String trailer = line(); !trailer.isEmpty(); trailer = line()) to.flush();
  }

  /// What frames chunks is passed as it is, and not counted.
  private String line() throws IOException {
    String line = WireHead.line(from);
    if (line == null) throw new EOFException("in the middle of a body");
    to.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return line;
  }

  private void bytes(long length, boolean all) throws IOException {
    byte[] piece = new byte[harm.piece];
    for (long left = length; left > 0; ) {
      int wanted = (int) Math.min(Math.min(left, piece.length), harm.end - passed);
      int count = from.read(piece, 0, wanted);
      if (count < 0) {
        if (all) throw new EOFException("in the middle of a body");
        return;
      }
      if (harm.flip >= passed && harm.flip < passed + count) piece[(int) (harm.flip - passed)] ^= 1;
      to.write(piece, 0, count);
      to.flush();
      passed += count;
      left -= count;
      if (passed == harm.end) throw new Ended();
      pause();
    }
  }

  private void pause() throws IOException {
    FaultProxy.sleep(harm.pause);
  }
}
