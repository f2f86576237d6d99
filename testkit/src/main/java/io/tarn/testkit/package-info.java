/// Contract suites, generators with shrinking, the in-memory model, and the simulation, in which
/// time, threads, disks and the network follow from a seed. Test scope only.
@NullMarked
package io.tarn.testkit;

import org.jspecify.annotations.NullMarked;
