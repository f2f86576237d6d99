/// Assembly, Main and the command line.
@NullMarked
package io.tarn.node;

import org.jspecify.annotations.NullMarked;
