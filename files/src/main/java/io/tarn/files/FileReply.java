package io.tarn.files;

import io.tarn.http.Headers;
import io.tarn.http.ResponseBody;
import io.tarn.request.HttpDate;
import io.tarn.store.ByteRange;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An answer, and what is closed once it was sent.
record FileReply(int status, Headers.Builder headers, ResponseBody body, Runnable end)
    implements AutoCloseable {
  static FileReply empty(int status, Headers.Builder headers) {
    return new FileReply(status, headers, ResponseBody.EMPTY, () -> {});
  }

  static FileReply text(String text) {
    Headers.Builder headers = Headers.builder().add("Content-Type", "text/plain; charset=utf-8");
    headers.add("Cache-Control", "no-store");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new FileReply(200, headers, new ResponseBody.Bytes(bytes), () -> {});
  }

  static FileReply json(int status, JsonNode node) {
    Headers.Builder headers =
        Headers.builder().add("Content-Type", "application/json; charset=utf-8");
    headers.add("Cache-Control", "no-store");
    return new FileReply(status, headers, new ResponseBody.Bytes(FileJson.bytes(node)), () -> {});
  }

  static FileReply failure(FileFailure failure, String requestId) {
    FileMeta meta = failure.meta();
    FileReply reply =
        failure.text().isEmpty()
            ? empty(failure.status(), Headers.builder())
            : json(
                failure.status(),
                FileJson.object().put("error", failure.text()).put("request_id", requestId));
    if (meta != null) meta(reply.headers, meta, false);
    if (failure.status() == 401) reply.headers.add("WWW-Authenticate", "Bearer");
    if (failure.status() == 503) reply.headers.add("Retry-After", "1");
    return reply;
  }

  /// What every answer about a file says of it. Spelled as clients have seen it until now.
  static Headers.Builder meta(Headers.Builder headers, FileMeta meta, boolean fetched) {
    headers.add("X-Meta-Id", meta.id().text());
    if (!meta.said().name().isEmpty()) {
      headers.add("X-Meta-Name", Headers.fromUtf8(meta.said().name()));
    }
    if (!meta.said().user().isEmpty()) {
      headers.add("X-Meta-Usermeta", FileJson.text(meta.said().user()));
    }
    headers.add("X-Meta-Consistencylevel", meta.level().number());
    if (fetched) headers.add("X-Meta-Fetched", "true");
    if (meta.deleted()) headers.add("X-Meta-Deleted", "true");
    return headers;
  }

  /// The headers of a file and its bytes.
  static Headers.Builder file(FileMeta meta, Content content, boolean fetched) {
    Headers.Builder headers = Headers.builder();
    headers.add("Accept-Ranges", "bytes");
    headers.add("Content-Type", meta.contentType());
    headers.add("ETag", content.etag().quoted());
    headers.add("Last-Modified", HttpDate.format(content.modified()));
    headers.add("X-Content-Type-Options", "nosniff");
    return meta(headers, meta, fetched);
  }

  /// Says which bytes these are; returns the status.
  static int sliced(Headers.Builder headers, ContentRange slice, Content content) {
    @Nullable ByteRange range = slice.range();
    if (range == null) return 200;
    headers.add(
        "Content-Range", "bytes %d-%d/%d".formatted(range.first(), range.last(), content.size()));
    return 206;
  }

  @Override
  public void close() {
    end.run();
  }
}
