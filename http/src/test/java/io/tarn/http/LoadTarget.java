package io.tarn.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A server to measure with `wrk`: `GET /4k` and `GET /1m` from memory, `GET /file4k` and `GET
/// /file1m` from a file, `PUT` with an MD5 in place. Arguments: the port, a directory for files,
/// then optionally the PEM files of a certificate and its key.
final class LoadTarget {
  private static final Headers HEADERS =
      Headers.of(
          "Content-Type", "application/octet-stream",
          "ETag", "\"d41d8cd98f00b204e9800998ecf8427e\"",
          "Last-Modified", "Sun, 22 Nov 2026 08:00:00 GMT",
          "x-amz-request-id", "4442587FB7D0A2F9",
          "Accept-Ranges", "bytes",
          "Server", "Tarn");

  private final byte[] small = new byte[4 << 10];
  private final byte[] large = new byte[1 << 20];
  private final FileChannel file;

  private LoadTarget(Path directory) throws IOException {
    var path = Files.write(directory.resolve("load-target"), large);
    file = FileChannel.open(path, StandardOpenOption.READ);
  }

  public static void main(String[] arguments) throws Exception {
    var target = new LoadTarget(Path.of(arguments[1]));
    HttpSettings settings =
        HttpSettings.DEFAULTS.listeningOn("127.0.0.1", Integer.parseInt(arguments[0]));
    if (arguments.length > 3) {
      settings = settings.withTls(Path.of(arguments[2]), Path.of(arguments[3]));
    }
    try (var server = HttpServer.start(settings, target::handle)) {
      System.out.println("port " + server.port());
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private void handle(Exchange exchange) {
    ResponseBody body =
        switch (exchange.head().target()) {
          case "/4k" -> new ResponseBody.Bytes(small);
          case "/1m" -> new ResponseBody.Bytes(large);
          case "/file4k" -> slices(4 << 10);
          case "/file1m" -> slices(1 << 20);
          default -> md5(exchange.body());
        };
    exchange.respond(new Response(200, HEADERS, body));
  }

  private ResponseBody slices(int length) {
    return new ResponseBody.Slices(length, new OneSlice(FileBytes.slice(file, 0, length)));
  }

  private static ResponseBody md5(RequestBody body) {
    try {
      var digest = MessageDigest.getInstance("MD5");
      for (ByteBuffer bytes = body.next(); bytes != null; bytes = body.next()) digest.update(bytes);
      return new ResponseBody.Bytes(HexFormat.of().formatHex(digest.digest()).getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
