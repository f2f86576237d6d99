/// A small seam over the HTTP engine: a listener, and for each request a blocking [Handler] on a
/// virtual thread of its own with an [Exchange]: the head exactly as received, the body in pieces
/// that can be hashed and written in place, and one response, whose body may be bytes, or slices of
/// memory and files that are prepared while earlier ones are being sent. Nothing above this package
/// knows which engine is below, and nothing in it knows S3.
///
/// Below is Netty, used directly. Event loops parse and send ([Connection]; the strict parser is
/// [RequestDecoder] with [FieldMeaning]); the two crossings between a loop and a request's thread
/// are [BodyQueue] on the way in and [BodySender] with its [Window] on the way out, each bounded in
/// bytes. One request is in flight per connection: the bytes of pipelined ones wait unparsed. All
/// timeouts of a loop hang on one tick ([Loop], [IdleWatch]). Whatever is malformed is answered
/// once, through the [BadRequest] renderer, and the connection closed so that the client still sees
/// the answer. `docs/design/002-http-engine.md` says why it is built like this.
@NullMarked
package io.tarn.http;

import org.jspecify.annotations.NullMarked;
