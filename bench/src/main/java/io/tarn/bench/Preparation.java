package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Puts in place what a work reads: the bucket and its objects, uploaded in parallel. What is there
/// from an earlier run is used again: a finished bucket is marked by an object in the bucket
/// `bench-marks`.
final class Preparation {
  private static final String MARKS = "bench-marks";
  private static final byte[] NO_BODY = {};
  private static final int BATCH = 10_000;
  private static final int CONNECTIONS = 32;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Endpoint endpoint;
  private final BodySource bodies;

  Preparation(Endpoint endpoint, BodySource bodies) {
    this.endpoint = endpoint;
    this.bodies = bodies;
  }

  /// Makes the bucket, and its objects where the work reads them.
  void ready(Work work) {
    if (endpoint.access() instanceof RequestSigning.StaticFiles(var root)) {
      files(root, work);
      return;
    }
    try (var wire = new Wire(endpoint)) {
      var requests = new Requests(endpoint);
      bucket(wire, requests, work.bucket());
      if (work.verb() == LoadVerb.PUT || work.verb() == LoadVerb.DELETE) return;
      bucket(wire, requests, MARKS);
      String mark = "/" + MARKS + "/" + work.bucket() + "-" + work.keys();
      if (!wire.exchange(requests.of("HEAD", mark), NO_BODY).succeeded()) {
        objects(work);
        must(wire.exchange(requests.put(mark, 0), NO_BODY), "PUT " + mark);
      }
    }
  }

  /// Uploads every object of the work.
  void objects(Work work) {
    var requests = new Requests(endpoint);
    int connections = work.size() > ByteSize.MIB ? 4 : CONNECTIONS;
    var uploads = new Work(LoadVerb.PUT, work.size(), connections, work.keys(), 1);
    for (int from = 0; from < work.keys(); from += BATCH) {
      List<Request> puts = new ArrayList<>();
      for (int i = from; i < Math.min(work.keys(), from + BATCH); i++) {
        puts.add(requests.put(work.path(i), work.size()));
      }
      Tally tally =
          new LoadDrive(endpoint, uploads, Shots.of(puts), bodies, LoadDrive.Supply.ONCE)
              .run(RoundLimit.lasting(LONGEST));
      if (tally.errors() > 0 || tally.requests() != puts.size()) {
        throw new IllegalStateException(
            "%s: %d of %d uploads to %s succeeded: %s"
                .formatted(
                    endpoint.name(),
                    tally.requests(),
                    puts.size(),
                    work.bucket(),
                    tally.firstError()));
      }
    }
  }

  /// Deletes every object of the work; what is not there is no failure.
  void remove(Work work) {
    var requests = new Requests(endpoint);
    try (var wire = new Wire(endpoint)) {
      for (int i = 0; i < work.keys(); i++) {
        must(wire.exchange(requests.of("DELETE", work.path(i)), NO_BODY), "DELETE " + work.path(i));
      }
    }
  }

  private static void bucket(Wire wire, Requests requests, String name) {
    ResponseReader reply = wire.exchange(requests.of("PUT", "/" + name), NO_BODY);
    if (reply.status() != 409) must(reply, "PUT /" + name);
  }

  private static void must(ResponseReader reply, String what) {
    if (!reply.succeeded()) {
      throw new IllegalStateException(
          what + ": " + reply.status() + " " + new String(reply.body(), UTF_8));
    }
  }

  private void files(Path root, Work work) {
    if (work.verb() != LoadVerb.GET && work.verb() != LoadVerb.HEAD) {
      throw new IllegalArgumentException(
          endpoint.name() + " serves static files: it knows GET and HEAD only");
    }
    try {
      Files.createDirectories(root.resolve(work.bucket()));
      for (int i = 0; i < work.keys(); i++) {
        Path file = root.resolve(work.bucket()).resolve(work.key(i));
        if (!Files.exists(file) || Files.size(file) != work.size()) write(file, work.size());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the static files below " + root, e);
    }
  }

  private void write(Path file, long size) throws IOException {
    try (var out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (long done = 0; done < size; ) done += bodies.transfer(done, size, out);
    }
  }
}
