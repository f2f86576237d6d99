package io.tarn.upstream;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What an origin answered. The body of a success comes as it is pulled; that of an error was read
/// already. Whoever has it closes it.
final class OriginAnswer implements AutoCloseable {
  /// The longest document: a page of a thousand keys of a kilobyte each, encoded.
  private static final int LONGEST_DOCUMENT = 8 << 20;

  private final String method;
  private final int status;
  private final HttpHeaders headers;
  private final AnswerBody body;
  private final OriginError error;

  OriginAnswer(String method, int status, HttpHeaders headers, AnswerBody body, OriginError error) {
    this.method = method;
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.error = error;
  }

  int status() {
    return status;
  }

  /// Whether it is what was asked for.
  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /// What the document of an error says; nothing where there was none.
  OriginError error() {
    return error;
  }

  /// Whether an error could say what it is: one in answer to a HEAD has no body.
  boolean canExplain() {
    return !method.equals("HEAD");
  }

  /// Whether what came with it is for people to read, and not of S3.
  boolean isPage() {
    return header("content-type").startsWith("text/html");
  }

  /// A header; empty when it is not there.
  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  HttpHeaders headers() {
    return headers;
  }

  /// The next bytes of the body, which stay what they are; null at the end.
  @Nullable ByteBuffer next() throws IOException {
    return body.next();
  }

  /// The document that is the whole body, and closes it.
  byte[] document() throws IOException {
    return body.whole(LONGEST_DOCUMENT);
  }

  @Override
  public void close() {
    body.close();
  }
}
