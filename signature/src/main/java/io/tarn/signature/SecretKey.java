package io.tarn.signature;

/// The secret of an access key. `revision` changes whenever the text does, so that keys derived
/// from an older one are not used again. Prints as stars.
public record SecretKey(String text, long revision) {
  @Override
  public String toString() {
    return "SecretKey[***]";
  }
}
