package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A client that sends exactly the bytes a test wants to send.
final class RawClient implements AutoCloseable {
  record Reply(int status, String statusLine, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, ISO_8859_1);
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  /// - `receiveBuffer`: of the socket, 0 for the system's choice
  RawClient(int port, int receiveBuffer) throws IOException {
    this(new Socket(), receiveBuffer);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /// A client with an address of its own, such as `127.0.0.2`, and a small receive buffer.
  static RawClient from(String address, int port) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(address, 0));
    socket.setReceiveBufferSize(4 << 10);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawClient(socket, 0);
  }

  RawClient(Socket socket, int receiveBuffer) throws IOException {
    this.socket = socket;
    if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    this.in = new LateInput(socket);
  }

  /// Sends one byte per char.
  RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /// Reads a final or interim response to a request other than HEAD.
  Reply reply() throws IOException {
    return reply(false);
  }

  Reply reply(boolean toHead) throws IOException {
    String statusLine = line();
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    var status = Integer.parseInt(statusLine.substring(9, 12));
    boolean bodyless = toHead || status < 200 || status == 204 || status == 304;
    return new Reply(status, statusLine, headers, bodyless ? new byte[0] : body(headers));
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      var all = new ByteArrayOutputStream();
      for (var size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
        all.write(exactly(size));
        line();
      }
      line();
      return all.toByteArray();
    }
    String length = headers.get("content-length");
    return length == null ? in.readAllBytes() : exactly(Integer.parseInt(length));
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("a body of " + bytes.length + " bytes instead of " + length);
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new EOFException("the connection ended after '" + line + "'");
      line.append((char) c);
    }
    if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
      throw new IOException("a line without CR: " + line);
    }
    return line.substring(0, line.length() - 1);
  }

  /// Everything until the server closes; a reset counts as the end.
  String rest() {
    var all = new ByteArrayOutputStream();
    try {
      for (int c = in.read(); c >= 0; c = in.read()) all.write(c);
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the server did not close the connection", e);
    } catch (IOException e) {
      return all.toString(ISO_8859_1);
    }
    return all.toString(ISO_8859_1);
  }

  int read(byte[] into) throws IOException {
    return in.read(into);
  }

  void hangUp() throws IOException {
    socket.close();
  }

  /// Closes with a reset, as a crashed client does.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /// The input of a socket that is not yet connected.
  private static final class LateInput extends InputStream {
    private final Socket socket;
    private @org.jspecify.annotations.Nullable InputStream in;

    LateInput(Socket socket) {
      this.socket = socket;
    }

    private InputStream in() throws IOException {
      InputStream ready = in;
      if (ready == null) {
        ready = new java.io.BufferedInputStream(socket.getInputStream());
        in = ready;
      }
      return ready;
    }

    @Override
    public int read() throws IOException {
      return in().read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      return in().read(bytes, from, length);
    }
  }
}
