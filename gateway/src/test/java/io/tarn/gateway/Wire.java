package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One connection, byte for byte: what well-behaved clients never send can be sent.
final class Wire implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  /// An answer, its body read to the end.
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /// The S3 error code, empty when there is none.
    String code() {
      return between("<Code>", "</Code>");
    }

    String between(String start, String end) {
      int from = text().indexOf(start) + start.length();
      return from < start.length() ? "" : text().substring(from, text().indexOf(end, from));
    }
  }

  Wire(int port) {
    this(connected(port));
  }

  private Wire(Socket socket) {
    this.socket = socket;
    try {
      socket.setSoTimeout(20_000);
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket connected(int port) {
    try {
      return new Socket(InetAddress.getLoopbackAddress(), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A connection from an address of its own, such as `127.0.0.2`.
  static Wire from(String address, int port) {
    try {
      var socket = new Socket();
      socket.bind(new InetSocketAddress(address, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new Wire(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(String head, byte[] body) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(ISO_8859_1));
    bytes.writeBytes(body);
    try {
      socket.getOutputStream().write(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The next answer; `bodiless` for answers to HEAD.
  Answer receive(boolean bodiless) {
    try {
      String[] status = line().split(" ", 3);
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      int code = Integer.parseInt(status[1]);
      boolean none = bodiless || code == 204 || code == 304 || code == 100;
      return new Answer(code, headers, none ? new byte[0] : body(headers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    String length = headers.get("content-length");
    if (length != null) return in.readNBytes(Integer.parseInt(length));
    if (!"chunked".equals(headers.get("transfer-encoding"))) return in.readAllBytes();
    var body = new ByteArrayOutputStream();
    for (int size = chunk(); size > 0; size = chunk()) {
      body.writeBytes(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new IOException("the server closed the connection");
      if (c != '\r') line.append((char) c);
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
