/// One described tree of configuration records, read from file, flags and environment.
@NullMarked
package io.tarn.settings;

import org.jspecify.annotations.NullMarked;
