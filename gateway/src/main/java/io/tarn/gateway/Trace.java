package io.tarn.gateway;

import io.tarn.observe.Phases;
import io.tarn.observe.RequestId;

/// What is remembered of a request for its record while it is carried out. One thread.
final class Trace {
  final String id = RequestId.next();
  final Phases phases = Phases.start();
  String operation = "Unknown";
  String bucket = "";
  String key = "";
  String caller = "";
  String errorCode = "";
  int status;
}
