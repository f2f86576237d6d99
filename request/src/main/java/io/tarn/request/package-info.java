/// A request as it came, before anybody knows who sent it or what it asks for: decoded once
/// ([io.tarn.request.S3Request]), down to the byte, in the one spelling that is then authenticated,
/// parsed and carried out. What ends a request has a code ([io.tarn.request.S3Error]) and goes up
/// as an [io.tarn.request.S3Failure].
///
/// Here is what signatures, bodies and operations all need, and nothing that one of them has for
/// itself.
@NullMarked
package io.tarn.request;

import org.jspecify.annotations.NullMarked;
