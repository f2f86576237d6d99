/// Tests of the whole program and of the rules it is built by. Nothing here ships.
@NullMarked
package io.tarn.conformance;

import org.jspecify.annotations.NullMarked;
