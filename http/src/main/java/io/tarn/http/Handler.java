package io.tarn.http;

import java.util.Optional;

/// The application behind a listener. Called on a fresh virtual thread for each request, so it may
/// block; it calls {@link Exchange#respond} once before it returns.
///
/// A handler that throws, or returns without an answer, is a bug: it is logged, and the client gets
/// a 500 from the {@link BadRequest} renderer, or a closed connection when bytes were already sent.
/// {@link ClientGone} is no bug and may be let through.
@FunctionalInterface
public interface Handler {
  void handle(Exchange exchange);

  /// Who handles the request with this head: this one, unless it stands before another.
  default Handler choose(RequestHead head) {
    return this;
  }

  /// The answer to a request without a body that needs no thread. Asked on the event loop, so it
  /// must not wait for anything; empty for all that [#handle] answers. It is for who asks whether
  /// the server lives, which has to be told when all threads of requests are held, too.
  default Optional<Response> atOnce(RequestHead head) {
    return Optional.empty();
  }
}
