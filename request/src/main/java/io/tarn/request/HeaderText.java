package io.tarn.request;

/// What may stand in a header's value.
public final class HeaderText {
  private HeaderText() {}

  /// No control characters but tab: nothing that could split an answer.
  public static boolean isPrintable(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < 0x20 && c != '\t') || c == 0x7F) return false;
    }
    return true;
  }
}
