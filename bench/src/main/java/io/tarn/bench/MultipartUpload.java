package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// One object uploaded in parts over several connections.
final class MultipartUpload {
  private static final byte[] NO_BODY = {};

  private final Endpoint endpoint;
  private final String path;
  private final Parts parts;
  private final BodySource bodies;

  /// The parts of an object: all of `partBytes` but the last.
  record Parts(long objectBytes, long partBytes, int connections) {
    int count() {
      return Math.toIntExact((objectBytes + partBytes - 1) / partBytes);
    }

    /// Parts are numbered from 1.
    long bytes(int part) {
      return Math.min(partBytes, objectBytes - (part - 1) * partBytes);
    }
  }

  MultipartUpload(Endpoint endpoint, String path, Parts parts, BodySource bodies) {
    this.endpoint = endpoint;
    this.path = path;
    this.parts = parts;
    this.bodies = bodies;
  }

  /// Uploads the whole object; one success per request.
  Tally run() {
    var tally = new Tally();
    var requests = new Requests(endpoint);
    try (var wire = new Wire(endpoint)) {
      long start = System.nanoTime();
      Request create = requests.of("POST", path, Map.of("uploads", ""));
      String upload = ListPage.text(success(create, wire.exchange(create, NO_BODY)), "UploadId");
      tally.success(start, System.nanoTime(), 1, 0);
      String[] etags = sendParts(upload, tally);
      byte[] document = completion(etags).getBytes(UTF_8);
      start = System.nanoTime();
      Request complete = requests.of("POST", path, Map.of("uploadId", upload), document.length);
      byte[] answer = success(complete, wire.exchange(complete, document));
      // A failure of Complete may come after its 200.
      if (ListPage.text(answer, "ETag").isEmpty()) {
        throw new IllegalStateException("CompleteMultipartUpload: " + new String(answer, UTF_8));
      }
      tally.success(start, System.nanoTime(), 1, 0);
    }
    return tally;
  }

  private String[] sendParts(String upload, Tally tally) {
    String[] etags = new String[parts.count()];
    var next = new AtomicInteger(1);
    try (var threads = Executors.newFixedThreadPool(parts.connections())) {
      List<Future<Tally>> senders = new ArrayList<>();
      for (int i = 0; i < parts.connections(); i++) {
        senders.add(threads.submit(() -> sendSome(upload, next, etags)));
      }
      for (Future<Tally> sender : senders) tally.add(sender.get());
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("an upload of parts broke off: " + e.getMessage(), e);
    }
    return etags;
  }

  private Tally sendSome(String upload, AtomicInteger next, String[] etags) {
    var tally = new Tally();
    var requests = new Requests(endpoint);
    try (var wire = new Wire(endpoint)) {
      for (int part = next.getAndIncrement(); part <= etags.length; part = next.getAndIncrement()) {
        Map<String, String> query =
            Map.of("partNumber", Integer.toString(part), "uploadId", upload);
        Request put = requests.of("PUT", path, query, parts.bytes(part));
        long start = System.nanoTime();
        ResponseReader reply = wire.exchange(put, bodies);
        success(put, reply);
        tally.success(start, System.nanoTime(), 1, put.bodyBytes());
        etags[part - 1] = reply.etag();
      }
    }
    return tally;
  }

  private static String completion(String[] etags) {
    var xml = new StringBuilder("<CompleteMultipartUpload>");
    for (int i = 0; i < etags.length; i++) {
      xml.append("<Part><PartNumber>").append(i + 1).append("</PartNumber>");
      xml.append("<ETag>").append(etags[i]).append("</ETag></Part>");
    }
    return xml.append("</CompleteMultipartUpload>").toString();
  }

  private static byte[] success(Request request, ResponseReader reply) {
    if (!reply.succeeded()) {
      throw new IllegalStateException(
          request.method()
              + " "
              + request.target()
              + ": "
              + reply.status()
              + " "
              + new String(reply.body(), UTF_8));
    }
    return reply.body();
  }
}
