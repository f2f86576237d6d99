/// Contract suites, generators with shrinking, the in-memory model, fault doubles. Test scope only.
@NullMarked
package io.tarn.testkit;

import org.jspecify.annotations.NullMarked;
