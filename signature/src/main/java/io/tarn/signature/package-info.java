/// Who asks, from signatures over exactly what was received: Signature Version 4 in a header or in
/// the query of a presigned URL, and Version 2 in URLs. [io.tarn.signature.Authentication] makes of
/// a request a [io.tarn.signature.Proof]; what that proves is all that is ever known about the
/// sender. Whether they may is decided elsewhere.
///
/// Whoever asks others is here as well ([io.tarn.signature.RequestSigner]), and so is the chain of
/// signatures over the chunks of a body, which starts at the request's own.
@NullMarked
package io.tarn.signature;

import org.jspecify.annotations.NullMarked;
