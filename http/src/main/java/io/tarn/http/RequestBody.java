package io.tarn.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The body of a request, read in pieces of the network's choosing. Belongs to the request's
/// virtual thread. At most the configured number of bytes waits in memory; the client is slowed
/// down by its TCP window beyond that.
///
/// A body need not be read. What is left after the response is discarded up to the configured
/// bound; if more is left, the connection is closed after the response, in a way that lets a client
/// which is still sending see it.
public interface RequestBody {
  /// The announced length in bytes, 0 without a body, -1 when it is chunked.
  long length();

  /// Bytes of it that came so far, without the framing of chunks: what was announced may not have
  /// come, and a chunked body announces nothing.
  long received();

  /// Waits for the next bytes. The buffer is read-only, not empty, usually direct, and valid until
  /// the next call or the end of the handler; hash and write it in place. Null at the end. The
  /// first call sends `100 Continue` if the client waits for it and no response was begun.
  ///
  /// @throws ClientGone when the connection broke, the body's framing was malformed, or no byte
  /// came within the body stall timeout @throws ClientSlow when the time given to it is over
  @Nullable ByteBuffer next();

  /// Gives the client until then to send all of it, however steadily it sends: `next` fails with
  /// [ClientSlow] afterwards.
  void finishWithin(Duration patience);

  /// The trailer fields of a chunked body; empty before `next()` returned null.
  Headers trailers();
}
