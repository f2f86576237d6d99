/// The program: what is built out of what ([io.tarn.node.Assembly], every `new` in one place), how
/// it is started, and the command line.
///
/// Commands other than `server` talk to a running server's admin API, as a person at another
/// machine would; none of them opens the data directories of a running server.
@NullMarked
package io.tarn.node;

import org.jspecify.annotations.NullMarked;
