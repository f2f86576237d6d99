package io.tarn.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Renders the answer to what never becomes a request for the {@link Handler}: malformed heads
/// (400, 414, 431, 505) and handler bugs (500). Runs on an event loop for the former: it must not
/// block, and its body must be `Empty` or `Bytes`. The connection is closed after it.
@FunctionalInterface
public interface BadRequest {
  BadRequest PLAIN =
      (status, reason) ->
          new Response(
              status,
              Headers.builder().add("Content-Type", "text/plain").build(),
              new ResponseBody.Bytes((reason + "\n").getBytes(UTF_8)));

  /// - `reason`: a short English sentence for the client; holds nothing of the request's bytes
  Response render(int status, String reason);
}
