package io.tarn.signature;

/// What a request is signed for. The name is in the scope, so in the key that signs: what is signed
/// for one service is worth nothing at the other.
public enum Service {
  S3(
      "s3",
      "Sign requests to this address with Signature Version 4 for the service \"s3\"; the admin API"
          + " is served at another address (console-address)."),
  /// Tarn's admin API.
  ADMIN(
      "tarn-admin",
      "Sign admin requests with Signature Version 4 for the service \"tarn-admin\", as the command"
          + " `tarn` and `curl --aws-sigv4 aws:amz:REGION:tarn-admin` do."),
  /// The Security Token Service, which this server asks and does not serve.
  STS("sts", "There is no STS at this address.");

  private final String word;
  private final String advice;

  Service(String word, String advice) {
    this.word = word;
    this.advice = advice;
  }

  /// As it stands in a scope.
  public String word() {
    return word;
  }

  /// What to say to whoever signed for another.
  String advice() {
    return advice;
  }
}
