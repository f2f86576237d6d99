package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.tarn.budget.Lease;
import io.tarn.http.HeadWriter.Persistence;
import io.tarn.http.ResponseBody.Bytes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Puts responses on one connection's wire. On its event loop.
final class Output {
  private static final ByteBuf CONTINUE =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer(25)
              .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1))
              .asReadOnly());
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(ISO_8859_1);
  private static final int USUAL_HEAD = 512;

  private final Channel channel;
  private final HeadWriter heads;
  private final Lease memory;

  /// - `memory`: of what the client does not take
  Output(Channel channel, HeadWriter heads, Lease memory) {
    this.channel = channel;
    this.heads = heads;
    this.memory = memory;
  }

  void sendContinue() {
    var _ = channel.writeAndFlush(CONTINUE.duplicate());
  }

  /// Small responses go out as one buffer: one packet, one system call.
  ChannelFuture sendWhole(Answer answer, Persistence persistence) {
    ByteBuffer bytes = bytesOf(answer);
    int length = bytes == null ? 0 : bytes.remaining();
    ByteBuf out = channel.alloc().directBuffer(USUAL_HEAD + length);
    heads.write(out, answer, persistence);
    if (bytes != null) out.writeBytes(bytes.duplicate());
    return channel.writeAndFlush(out);
  }

  private static @Nullable ByteBuffer bytesOf(Answer answer) {
    return answer.response().body() instanceof Bytes body && !answer.bodyless()
        ? body.bytes()
        : null;
  }

  /// Whether what was sent whole, and the socket has no room for, may wait here until the client
  /// takes what came before.
  boolean mayWait() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting == null || memory.tryTake(waiting.totalPendingWriteBytes());
  }

  void waitsNoMore() {
    memory.close();
  }

  void writeHead(Answer answer, Persistence persistence) {
    ByteBuf out = channel.alloc().directBuffer(USUAL_HEAD);
    heads.write(out, answer, persistence);
    var _ = channel.write(out, channel.voidPromise());
  }

  ChannelFuture send(Object piece) {
    return channel.writeAndFlush(piece);
  }

  ChannelFuture sendChunk(Object piece, long length) {
    ByteBuf size =
        ByteBufUtil.writeAscii(channel.alloc(), Long.toHexString(length)).writeBytes(CRLF);
    var _ = channel.write(size, channel.voidPromise());
    ChannelFuture written = channel.write(piece);
    var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(CRLF), channel.voidPromise());
    return written;
  }

  ChannelFuture sendLastChunk() {
    return channel.writeAndFlush(Unpooled.wrappedBuffer(LAST_CHUNK));
  }

  /// Tells the client that no more will come, while it may go on sending.
  void shutDown() {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    if (ssl == null) {
      shutDownSocket();
    } else {
      ssl.closeOutbound().addListener(_ -> shutDownSocket());
    }
  }

  private void shutDownSocket() {
    var _ = ((DuplexChannel) channel).shutdownOutput();
  }
}
