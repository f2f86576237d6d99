package io.tarn.s3;

import io.tarn.identity.Action;
import io.tarn.identity.Demand;
import java.util.ArrayList;
import java.util.List;

/// The permissions that an operation on an object needs beside the one of its row, because of what
/// it says ("Actions defined by Amazon S3" in the service authorization reference).
final class Demands {
  private Demands() {}

  /// Who makes an object with tags or an ACL does what setting them does.
  static List<Demand> toMake(S3Operation.MakesObject operation) {
    Writing writing = operation.writing();
    var all = new ArrayList<Demand>(4);
    all.add(on(operation, operation.route().action()));
    if (!writing.tags().values().isEmpty()) all.add(on(operation, Action.PUT_OBJECT_TAGGING));
    if (writing.acl().shares()) {
      all.add(new Demand.OnNewObject(Action.PUT_OBJECT_ACL, operation.bucket(), operation.key()));
    }
    return withConditions(operation, all);
  }

  /// Whoever does something on condition that the object is a certain one learns whether it is.
  static List<Demand> withConditions(S3Operation.OnObject operation, List<Demand> others) {
    if (!operation.conditions().lookInside()) return List.copyOf(others);
    var all = new ArrayList<Demand>(others);
    all.add(on(operation, Action.GET_OBJECT));
    return List.copyOf(all);
  }

  private static Demand on(S3Operation.OnObject operation, Action action) {
    return Demand.on(action, operation.bucket(), operation.key(), operation.version());
  }
}
