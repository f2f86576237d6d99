/// Volume: one local directory that stores blobs: stage, commit, open, verify, scrub.
@NullMarked
package io.tarn.disk;

import org.jspecify.annotations.NullMarked;
