package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.store.Part;
import java.util.EnumSet;
import java.util.Set;

/// The headers of GetObjectAttributes.
final class Attributes {
  private static final String HEADER = "x-amz-object-attributes";

  private Attributes() {}

  static S3Operation.Served parse(S3Request request) {
    String after = request.header("x-amz-part-number-marker");
    String limit = request.header("x-amz-max-parts");
    var page =
        new S3Operation.PartsPage(
            after.isEmpty()
                ? 0
                : Numbers.between(after, 0, Part.MAX_NUMBER, "x-amz-part-number-marker"),
            limit.isEmpty()
                ? PageRequest.MOST
                : Math.min(
                    PageRequest.MOST,
                    Numbers.between(limit, 0, Integer.MAX_VALUE, "x-amz-max-parts")));
    return new S3Operation.GetObjectAttributes(
        S3Router.bucketOf(request),
        S3Router.keyOf(request),
        S3Router.versionOf(request.query()),
        asked(request),
        page);
  }

  private static Set<S3Operation.ObjectAttribute> asked(S3Request request) {
    var asked = EnumSet.noneOf(S3Operation.ObjectAttribute.class);
    for (String header : request.headers().all(HEADER)) {
      for (String name : header.split(",", -1)) asked.add(attribute(name.strip()));
    }
    if (asked.isEmpty()) throw S3Failure.argument("The attributes wanted are missing.", HEADER, "");
    return asked;
  }

  private static S3Operation.ObjectAttribute attribute(String name) {
    for (var attribute : S3Operation.ObjectAttribute.values()) {
      if (attribute.text().equals(name)) return attribute;
    }
    throw S3Failure.argument(
        "Invalid attribute name specified.", HEADER, Numbers.abbreviated(name));
  }
}
