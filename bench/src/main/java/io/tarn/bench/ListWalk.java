package io.tarn.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/// Walks a bucket page by page, one client, as `aws s3 ls --recursive` does. Whole walks only: a
/// round repeats them until its time is up. A walk that does not find exactly the expected keys is
/// a failure.
final class ListWalk implements Drive {
  private static final byte[] NO_BODY = {};

  private final Endpoint endpoint;
  private final Work work;

  ListWalk(Endpoint endpoint, Work work) {
    this.endpoint = endpoint;
    this.work = work;
  }

  @Override
  public Tally run(RoundLimit span) {
    var tally = new Tally();
    var requests = new Requests(endpoint);
    long deadline = System.nanoTime() + span.duration().toNanos();
    try (var wire = new Wire(endpoint)) {
      do {
        walk(wire, requests, tally);
      } while (tally.errors() == 0
          && System.nanoTime() - deadline < 0
          && tally.requests() < span.requests());
    }
    return tally;
  }

  private void walk(Wire wire, Requests requests, Tally tally) {
    String token = "";
    long found = 0;
    long mostPages = work.keys() / 500 + 10L;
    for (long page = 0; page < mostPages; page++) {
      long start = System.nanoTime();
      ResponseReader reply = wire.exchange(request(requests, token), NO_BODY);
      if (!reply.succeeded()) {
        tally.failure(reply.status() + " " + new String(reply.body(), UTF_8));
        return;
      }
      ListPage read = ListPage.read(reply.body());
      tally.success(start, System.nanoTime(), read.keys(), reply.bodyBytes());
      found += read.keys();
      token = read.nextToken();
      if (token.isEmpty()) break;
    }
    if (found != work.keys()) {
      tally.failure(
          "the listing of " + work.bucket() + " holds " + found + " keys, not " + work.keys());
    }
  }

  private Request request(Requests requests, String token) {
    String bucket = "/" + work.bucket();
    return requests.of(
        "GET",
        bucket,
        token.isEmpty()
            ? Map.of("list-type", "2", "max-keys", "1000")
            : Map.of("list-type", "2", "max-keys", "1000", "continuation-token", token));
  }
}
