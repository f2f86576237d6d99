package io.tarn.signature;

import io.tarn.request.Numbers;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Failure.Detail;

/// Who claims to have signed, and with a key for what: `AKID/yyyyMMdd/region/service/aws4_request`.
record CredentialScope(String accessKeyId, Scope scope) {
  /// A signing key is kept under its region's name, where any will do, so that it must be short.
  private static final int LONGEST_REGION = 64;

  static CredentialScope parse(String text, Proof.Form form, SigningRules rules) {
    int terminator = text.lastIndexOf('/');
    int service = text.lastIndexOf('/', terminator - 1);
    int region = text.lastIndexOf('/', service - 1);
    int day = text.lastIndexOf('/', region - 1);
    if (terminator < 0 || service < 0 || region < 0 || day <= 0) {
      throw malformed(
          form,
          "the Credential is mal-formed; expecting"
              + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
    }
    var credential =
        new CredentialScope(
            text.substring(0, day),
            new Scope(
                text.substring(day + 1, region),
                text.substring(region + 1, service),
                text.substring(service + 1, terminator)));
    credential.check(text.substring(terminator + 1), form, rules);
    return credential;
  }

  private void check(String terminator, Proof.Form form, SigningRules rules) {
    if (!AmzDate.isDay(scope.day())) {
      throw malformed(
          form,
          "incorrect date format \"%s\". This date in the credential must be in the format \"yyyyMMdd\"."
              .formatted(scope.day()));
    }
    if (!terminator.equals(Scope.TERMINATOR)) {
      throw malformed(
          form,
          "incorrect terminal \"%s\". This endpoint uses \"%s\"."
              .formatted(terminator, Scope.TERMINATOR));
    }
    String service = rules.service().word();
    if (!scope.service().equals(service)) {
      throw malformed(
          form,
          "incorrect service \"%s\". This endpoint belongs to \"%s\". %s"
              .formatted(Numbers.abbreviated(scope.service()), service, rules.service().advice()));
    }
    if (scope.region().length() > LONGEST_REGION) {
      throw malformed(
          form, "the name of the region is longer than %d letters".formatted(LONGEST_REGION));
    }
    if (!rules.accepts(scope.region())) {
      throw malformed(
          form,
          "the region '%s' is wrong; expecting '%s'".formatted(scope.region(), rules.region()),
          new Detail("Region", rules.region()));
    }
  }

  /// The key must be for the day of the request.
  void checkDay(String amzDate, Proof.Form form) {
    if (amzDate.startsWith(scope.day())) return;
    throw new S3Failure(
        errorOf(form),
        (form == Proof.Form.HEADER ? "The authorization header is malformed; " : "")
            + "Invalid credential date \"%s\". This date is not the same as X-Amz-Date: \"%s\"."
                .formatted(scope.day(), amzDate.substring(0, 8)));
  }

  static S3Failure malformed(Proof.Form form, String how, Detail... details) {
    String where =
        switch (form) {
          case HEADER -> "The authorization header is malformed; ";
          case QUERY -> "Error parsing the X-Amz-Credential parameter; ";
        };
    return new S3Failure(errorOf(form), where + how, details);
  }

  private static S3Error errorOf(Proof.Form form) {
    return switch (form) {
      case HEADER -> S3Error.AUTHORIZATION_HEADER_MALFORMED;
      case QUERY -> S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR;
    };
  }
}
