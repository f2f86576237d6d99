package io.tarn.bench;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// One keep-alive connection of a [LoadLoop] with the exchange it is in. Everything it needs for
/// the next exchange is reused; nothing is allocated per request.
final class Lane {
  private static final int READS_IN_A_ROW = 8;

  private final SocketAddress address;
  private final Selector selector;
  private final Shots shots;
  private final BodySource bodies;
  private final ByteBuffer head;
  private final ByteBuffer bodyStart;
  private final ByteBuffer[] pieces;
  private final ResponseReader reader = new ResponseReader();
  private SocketChannel channel;
  private SelectionKey key;
  private long bodyBytes;
  private long bodySent;
  private long startedAt;
  private boolean busy;

  Lane(SocketAddress address, Selector selector, Shots shots, BodySource bodies)
      throws IOException {
    this.address = address;
    this.selector = selector;
    this.shots = shots;
    this.bodies = bodies;
    head = shots.view();
    bodyStart = bodies.view();
    pieces = new ByteBuffer[] {head, bodyStart};
    channel = connect(address);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  boolean busy() {
    return busy;
  }

  ResponseReader reader() {
    return reader;
  }

  long startedAt() {
    return startedAt;
  }

  /// Body bytes of the current exchange, both ways.
  long exchangedBytes() {
    return bodySent + reader.bodyBytes();
  }

  /// Starts the exchange with the given shot and sends what the socket takes.
  void fire(int shot) throws IOException {
    shots.aim(head, shot);
    bodyBytes = shots.bodyBytes(shot);
    bodySent = 0;
    bodyStart.limit((int) Math.min(bodyBytes, bodyStart.capacity())).position(0);
    reader.expect(shots.bodiless(shot), 0);
    busy = true;
    startedAt = System.nanoTime();
    send();
  }

  /// Goes on with the request; asks to be called again when the socket is full.
  void send() throws IOException {
    boolean all = sendPieces() && sendRest();
    int wanted = all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
    if (key.interestOps() != wanted) key.interestOps(wanted);
  }

  /// Reads what has arrived into `drain`, whose content is of no further interest. True once the
  /// exchange is over.
  boolean receive(ByteBuffer drain) throws IOException {
    for (int reads = 0; reads < READS_IN_A_ROW; reads++) {
      drain.clear();
      int count = channel.read(drain);
      if (count < 0) {
        reader.end();
        return ended();
      }
      if (count == 0) return false;
      drain.flip();
      reader.feed(drain);
      if (reader.done()) return ended();
      if (count < drain.capacity()) return false;
    }
    return false;
  }

  /// Forgets the exchange under way; the connection is of no further use.
  void abandon() {
    busy = false;
  }

  void reconnect() throws IOException {
    busy = false;
    channel.close();
    channel = connect(address);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  void close() throws IOException {
    channel.close();
  }

  private boolean ended() {
    if (bodySent < bodyBytes && reader.succeeded()) {
      throw new BrokenReply("success before the whole body was sent");
    }
    busy = false;
    return true;
  }

  /// Whether the connection may carry another exchange.
  boolean reusable() {
    return !reader.closes() && bodySent == bodyBytes;
  }

  private boolean sendPieces() throws IOException {
    if (bodyBytes == 0) {
      channel.write(head);
      return !head.hasRemaining();
    }
    if (head.hasRemaining() || bodyStart.hasRemaining()) {
      channel.write(pieces);
      bodySent = bodyStart.position();
    }
    return !head.hasRemaining() && !bodyStart.hasRemaining();
  }

  private boolean sendRest() throws IOException {
    while (bodySent < bodyBytes) {
      long count = bodies.transfer(bodySent, bodyBytes, channel);
      if (count == 0) return false;
      bodySent += count;
    }
    return true;
  }

  private static SocketChannel connect(SocketAddress address) throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return channel;
  }
}
