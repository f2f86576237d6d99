package io.tarn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes ready-to-run drives: prepares the objects, then builds the requests.
final class Drives {
  private static final int READS_PER_WRITE = 4;

  private Drives() {}

  static Drive prepare(Endpoint endpoint, Work work, BodySource bodies) {
    var preparation = new Preparation(endpoint, bodies);
    preparation.ready(work);
    var requests = new Requests(endpoint);
    return switch (work.verb()) {
      case GET -> endless(endpoint, work, bodies, each(work, requests, "GET"));
      case HEAD -> endless(endpoint, work, bodies, each(work, requests, "HEAD"));
      case PUT -> endless(endpoint, work, bodies, each(work, requests, "PUT"));
      case MIXED -> endless(endpoint, work, bodies, mixed(work, requests));
      case LIST_DELIMITER -> endless(endpoint, work, bodies, List.of(firstPage(work, requests)));
      case LIST -> new ListWalk(endpoint, work);
      case DELETE -> deletes(endpoint, work, bodies, each(work, requests, "DELETE"));
    };
  }

  private static Drive endless(
      Endpoint endpoint, Work work, BodySource bodies, List<Request> requests) {
    return new LoadDrive(endpoint, work, Shots.of(requests), bodies, LoadDrive.Supply.ENDLESS);
  }

  private static Drive deletes(
      Endpoint endpoint, Work work, BodySource bodies, List<Request> requests) {
    var drive = new LoadDrive(endpoint, work, Shots.of(requests), bodies, LoadDrive.Supply.ONCE);
    return new Drive() {
      @Override
      public void reload() {
        new Preparation(endpoint, bodies).objects(work);
      }

      @Override
      public Tally run(RoundLimit span) {
        return drive.run(span);
      }
    };
  }

  private static List<Request> each(Work work, Requests requests, String method) {
    List<Request> all = new ArrayList<>(work.keys());
    long body = method.equals("PUT") ? work.size() : 0;
    for (int i = 0; i < work.keys(); i++) {
      all.add(requests.of(method, work.path(i), Map.of(), body));
    }
    return all;
  }

  private static List<Request> mixed(Work work, Requests requests) {
    List<Request> all = new ArrayList<>(work.keys());
    for (int i = 0; i < work.keys(); i++) {
      boolean read = i % (READS_PER_WRITE + 1) < READS_PER_WRITE;
      all.add(read ? requests.of("GET", work.path(i)) : requests.put(work.path(i), work.size()));
    }
    return all;
  }

  private static Request firstPage(Work work, Requests requests) {
    return requests.of("GET", "/" + work.bucket(), Map.of("list-type", "2", "delimiter", "/"));
  }
}
