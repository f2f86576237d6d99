package io.tarn.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/// What a walk needs of a ListObjectsV2 answer: how many keys it holds and the token of the next
/// page (empty on the last). Found by searching the bytes, since parsing XML would cost the client
/// more than the page costs the server.
record ListPage(int keys, String nextToken) {
  private static final byte[] KEY_COUNT = "<KeyCount>".getBytes(US_ASCII);
  private static final byte[] KEY = "<Key>".getBytes(US_ASCII);
  private static final byte[] TOKEN = "<NextContinuationToken>".getBytes(US_ASCII);

  static ListPage read(byte[] xml) {
    String count = text(xml, KEY_COUNT);
    int keys = count.isEmpty() ? occurrences(xml, KEY) : Integer.parseInt(count);
    return new ListPage(keys, unescape(text(xml, TOKEN)));
  }

  /// The text of the first element of that name, as it stands in the bytes; empty when there is
  /// none.
  static String text(byte[] xml, String element) {
    return text(xml, ("<" + element + ">").getBytes(US_ASCII));
  }

  private static String text(byte[] xml, byte[] tag) {
    int at = indexOf(xml, tag, 0);
    if (at < 0) return "";
    int start = at + tag.length;
    int end = start;
    while (end < xml.length && xml[end] != '<') end++;
    return new String(xml, start, end - start, UTF_8);
  }

  private static int occurrences(byte[] xml, byte[] tag) {
    int count = 0;
    for (int at = indexOf(xml, tag, 0); at >= 0; at = indexOf(xml, tag, at + tag.length)) count++;
    return count;
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int at = from; at <= bytes.length - wanted.length; at++) {
      int match = 0;
      while (match < wanted.length && bytes[at + match] == wanted[match]) match++;
      if (match == wanted.length) return at;
    }
    return -1;
  }

  private static String unescape(String text) {
    if (text.indexOf('&') < 0) return text;
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }
}
