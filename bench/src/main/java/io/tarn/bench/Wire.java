package io.tarn.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A blocking keep-alive connection for exchanges whose answers matter: setting up, listing,
/// multipart. One thread at a time. A connection that the server closed between two exchanges is
/// opened again.
final class Wire implements AutoCloseable {
  private static final int DRAIN_BYTES = 256 << 10;
  private static final int MOST_KEPT = 64 << 20;

  private final Endpoint endpoint;
  private final ByteBuffer drain = ByteBuffer.allocateDirect(DRAIN_BYTES);
  private final ResponseReader reader = new ResponseReader();
  private SocketChannel channel;

  Wire(Endpoint endpoint) {
    this.endpoint = endpoint;
    try {
      channel = connect(endpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot connect to " + endpoint.name() + " at " + endpoint.authority(), e);
    }
  }

  /// Sends a request without a body, or with one made of the given bytes, and returns the reader
  /// with the whole reply in it, good until the next exchange.
  ResponseReader exchange(Request request, byte[] body) {
    return exchange(request, () -> write(ByteBuffer.wrap(body)));
  }

  /// Sends a request whose body comes from `bodies`.
  ResponseReader exchange(Request request, BodySource bodies) {
    return exchange(request, () -> transfer(request.bodyBytes(), bodies));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Sending {
    void run() throws IOException;
  }

  private ResponseReader exchange(Request request, Sending body) {
    try {
      if (reader.closes()) {
        channel.close();
        channel = connect(endpoint);
      }
      reader.expect(request.method().equals("HEAD"), MOST_KEPT);
      write(ByteBuffer.wrap(request.head().getBytes(ISO_8859_1)));
      body.run();
      while (!reader.done()) {
        drain.clear();
        if (channel.read(drain) < 0) {
          reader.end();
        } else {
          reader.feed(drain.flip());
        }
      }
      return reader;
    } catch (IOException e) {
      throw new UncheckedIOException(
          request.method() + " " + request.target() + ": " + e.getMessage(), e);
    }
  }

  private void transfer(long size, BodySource bodies) throws IOException {
    for (long sent = 0; sent < size; ) sent += bodies.transfer(sent, size, channel);
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) channel.write(bytes);
  }

  private static SocketChannel connect(Endpoint endpoint) throws IOException {
    SocketChannel channel = SocketChannel.open(endpoint.address());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }
}
