package io.tarn.observe;

/// Where a request spends its time; the order is that of `Server-Timing`.
public enum Phase {
  AUTH("auth"),
  META("meta"),
  QUEUE("queue"),
  BODY("body"),
  DISK("disk"),
  PEER("peer"),
  ORIGIN("origin"),
  COMMIT("commit");

  private final String word;

  Phase(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
