package io.tarn.store;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What the home of a bucket may be able to do with objects, beside what every home can: read,
/// write, delete and list them. Each is asked somewhere; own buckets have all ([Home]).
public enum Capability {
  /// Keeps versions of an object, which can be named and listed.
  VERSIONS("Versions of objects"),
  /// Objects have ACLs, and owners who can be others than the bucket's.
  ACLS("ACLs of objects"),
  TAGS("Tags of objects"),
  /// Decides the [Conditions] of a write in one step with it.
  CONDITIONAL_WRITES("Conditional writes"),
  /// Decides the [Conditions] of a delete in one step with it.
  CONDITIONAL_DELETES("Conditional deletes"),
  MULTIPART_UPLOADS("Multipart uploads"),
  /// Copies between buckets of the same home without the bytes coming by here; where it cannot,
  /// they do ([Copying]).
  SERVER_SIDE_COPY("Server-side copies"),
  /// Tells the tags and the bytes of one and the same version, so that tags can decide who may have
  /// these. Where it cannot, what a policy leaves to the tags is refused.
  PERMITS_BY_TAGS("Permissions by tags"),
  /// Decides the [Conditions] of a server-side copy in one step with it. Where it cannot, a copy
  /// with conditions comes by here.
  CONDITIONAL_COPIES("Conditional copies");

  public static final Set<Capability> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

  private final String text;

  Capability(String text) {
    this.text = text;
  }

  /// What people are told that it is.
  public String text() {
    return text;
  }
}
