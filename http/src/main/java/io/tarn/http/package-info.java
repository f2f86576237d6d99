/// A small seam over the HTTP engine: listener, request, response, body.
@NullMarked
package io.tarn.http;

import org.jspecify.annotations.NullMarked;
