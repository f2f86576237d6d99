package io.tarn.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.tarn.budget.Lease;
import javax.net.ssl.SSLEngine;

/// TLS with its memory counted: a record can only be read when it is whole, and a client that sends
/// all of one but its last byte has 16 KiB kept here for as long as it may do nothing.
final class CountedRecords extends SslHandler {
  private final Lease memory;

  CountedRecords(SSLEngine engine, Lease memory) {
    super(engine);
    this.memory = memory;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    super.channelReadComplete(ctx);
    int kept = actualReadableBytes();
    long more = kept - memory.held();
    if (more < 0) {
      memory.give(-more);
    } else if (more > 0 && !memory.tryTake(more)) {
      var _ = ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    memory.close();
    super.channelInactive(ctx);
  }
}
