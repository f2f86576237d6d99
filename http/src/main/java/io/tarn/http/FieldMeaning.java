package io.tarn.http;

import io.tarn.http.RequestHead.Version;

/// What the fields of a request say about its framing and its connection (RFC 9112 §3.2, §6, §9).
/// Whatever two servers could read in two ways is refused.
final class FieldMeaning {
  private final Version version;
  private final Headers headers;
  private int hosts;
  private int lengths;
  private int codings;
  private long length;
  private boolean close;
  private boolean keepAlive;
  private boolean expectsContinue;

  FieldMeaning(Version version, Headers headers) {
    this.version = version;
    this.headers = headers;
  }

  ParsedHead head(String method, String target) throws Malformed {
    for (var i = 0; i < headers.size(); i++) note(headers.name(i), headers.value(i));
    boolean modern = version == Version.HTTP_1_1;
    if (hosts > 1 || (modern && hosts == 0)) {
      throw new Malformed(400, "A request needs exactly one Host header.");
    }
    if (lengths > 1 || codings > 1 || lengths + codings > 1 || (codings > 0 && !modern)) {
      throw new Malformed(400, "The length of the request body is ambiguous.");
    }
    boolean goOn = modern ? !close : keepAlive && !close;
    boolean wait = modern && expectsContinue;
    return new ParsedHead(method, target, version, headers, length, goOn, wait);
  }

  private void note(String name, String value) throws Malformed {
    // By length first: most fields mean nothing here and should cost nothing.
    switch (name.length()) {
      case 4 -> hosts += name.equalsIgnoreCase("host") ? 1 : 0;
      case 6 -> {
        if (name.equalsIgnoreCase("expect")) noteExpectation(value);
      }
      case 10 -> {
        if (name.equalsIgnoreCase("connection")) {
          close |= lists(value, "close");
          keepAlive |= lists(value, "keep-alive");
        }
      }
      case 14 -> {
        if (name.equalsIgnoreCase("content-length")) {
          lengths++;
          length = contentLength(value);
        }
      }
      case 17 -> {
        if (name.equalsIgnoreCase("transfer-encoding")) noteCoding(value);
      }
      default -> {}
    }
  }

  private void noteExpectation(String value) throws Malformed {
    if (!value.equalsIgnoreCase("100-continue")) {
      throw new Malformed(417, "The only expectation met here is 100-continue.");
    }
    expectsContinue = true;
  }

  private void noteCoding(String value) throws Malformed {
    if (!value.equalsIgnoreCase("chunked")) {
      throw new Malformed(400, "The only transfer coding understood here is chunked.");
    }
    codings++;
    length = -1;
  }

  private static long contentLength(String value) throws Malformed {
    if (value.isEmpty() || value.length() > 18) {
      throw new Malformed(400, "The Content-Length is malformed.");
    }
    var length = 0L;
    for (var i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw new Malformed(400, "The Content-Length is malformed.");
      length = 10 * length + digit;
    }
    return length;
  }

  /// Whether a comma-separated list holds a word, case ignored.
  static boolean lists(String value, String word) {
    var from = 0;
    while (from <= value.length()) {
      int comma = value.indexOf(',', from);
      int end = comma < 0 ? value.length() : comma;
      if (value.substring(from, end).strip().equalsIgnoreCase(word)) return true;
      from = end + 1;
    }
    return false;
  }
}
