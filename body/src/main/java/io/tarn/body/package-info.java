/// The body of a request on its way into a store: its framing taken off (aws-chunked), gathered
/// into blocks, hashed while it flows, and at its end only if everything held that the request
/// claimed ([io.tarn.body.IncomingBody]).
@NullMarked
package io.tarn.body;

import org.jspecify.annotations.NullMarked;
