package io.tarn.s3;

import io.tarn.request.Numbers;
import io.tarn.request.Query;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.signature.Authentication;
import java.util.Locale;

/// Inputs that are refused, never overlooked. A client that asked for encryption and got none would
/// believe it; and a write with a parameter that is not known is not the write this server knows:
/// `PUT key?annotation` does not replace the object.
///
/// Headers are refused by name, whatever the operation: those that the models of the SDKs name as
/// inputs and that ask for what is not there. Headers nobody knows are passed over, and so are
/// unknown parameters of reads, as S3 does both.
final class Refusals {
  /// What the SDKs call an operation, which any may say.
  private static final String NAME = "x-id";

  private Refusals() {}

  /// @throws S3Failure when a write has a parameter that is not its own, or any operation is called
  /// by the name of another
  static void parameters(Query query, Route route) {
    for (int i = 0, size = query.size(); i < size; i++) {
      String name = query.name(i);
      if (name.equals(NAME) && !query.value(i).equals(route.text())) throw unknown(name, route);
      if (route.work() != Route.Work.WRITE || name.equals(NAME)) continue;
      if (Authentication.PARAMETERS.contains(name)) continue;
      if (route.parameters().contains(name)) continue;
      if (name.equals("versionId")) {
        throw S3Failure.argument(
            "This operation does not accept a version-id.",
            name,
            Numbers.abbreviated(query.value(i)));
      }
      throw unknown(name, route);
    }
  }

  private static S3Failure unknown(String parameter, Route route) {
    return new S3Failure(
        S3Error.NOT_IMPLEMENTED,
        "A query parameter you provided implies functionality that is not implemented in %s: %s"
            .formatted(route.text(), Numbers.abbreviated(parameter)),
        new S3Failure.Detail("Parameter", Numbers.abbreviated(parameter)));
  }

  /// @throws S3Failure when a header asks for what is not there, or says what cannot be meant
  static void headers(RequestHeaders headers) {
    for (int i = 0, size = headers.size(); i < size; i++) {
      String name = headers.name(i);
      if (name.regionMatches(true, 0, "x-amz-", 0, 6)) header(name, headers.value(i).strip());
      // A piece of an object is never written as the whole (RFC 9110 §14.5).
      if (name.equalsIgnoreCase("content-range")) throw S3Failure.notImplemented("Content-Range");
    }
  }

  private static void header(String sent, String value) {
    String name = sent.toLowerCase(Locale.ROOT);
    boolean refused =
        switch (name) {
          case "x-amz-bucket-object-lock-enabled" -> !value.equalsIgnoreCase("false");
          case "x-amz-bucket-namespace" -> !value.equals("global");
          // There are no annotations, so both of its values come to the same.
          case "x-amz-object-annotation-directive" -> !isOneOf(value, "COPY", "EXCLUDE");
          // No bucket here lets its readers pay, and nothing restores an object.
          case "x-amz-request-payer" -> !value.equalsIgnoreCase("requester");
          case "x-amz-optional-object-attributes" -> !isOneOf(value, "", "RestoreStatus");
          // There is no retention to bypass, and no policy is looked through for its own author.
          case "x-amz-bypass-governance-retention" -> !isOneOf(value, "true", "false");
          case "x-amz-confirm-remove-self-bucket-access" -> !isOneOf(value, "true");
          // Algorithms that S3 has and this server has not.
          case "x-amz-checksum-md5",
              "x-amz-checksum-sha512",
              "x-amz-checksum-xxhash3",
              "x-amz-checksum-xxhash64",
              "x-amz-checksum-xxhash128",
              "x-amz-mfa",
              "x-amz-if-match-initiated-time",
              "x-amz-object-if-match",
              "x-amz-website-redirect-location",
              "x-amz-write-offset-bytes",
              "x-amz-rename-source" ->
              true;
          default ->
              name.startsWith("x-amz-server-side-encryption")
                  || name.startsWith("x-amz-copy-source-server-side-encryption")
                  || name.startsWith("x-amz-object-lock-");
        };
    if (refused) throw S3Failure.notImplemented(name);
  }

  private static boolean isOneOf(String value, String... values) {
    for (String one : values) {
      if (one.equalsIgnoreCase(value)) return true;
    }
    return false;
  }

  /// of two.
  static String storageClass(S3Request request) {
    String storageClass = request.header("x-amz-storage-class");
    return switch (storageClass) {
      case "", "STANDARD", "REDUCED_REDUNDANCY" -> storageClass;
      default ->
          throw new S3Failure(
              S3Error.INVALID_STORAGE_CLASS,
              S3Error.INVALID_STORAGE_CLASS.message(),
              new S3Failure.Detail("StorageClassRequested", Numbers.abbreviated(storageClass)));
    };
  }
}
