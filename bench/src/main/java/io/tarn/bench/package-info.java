/// Measures Tarn and its peers with the same cheap client.
///
/// The load driver ([io.tarn.bench.Load]) shares its machine with the server it measures, so it is
/// built to cost almost nothing: requests are presigned and laid out in memory before the clock
/// starts, one or two event loops send them, replies are parsed just far enough to know where they
/// end, and bodies are counted, not kept. What the client still costs is reported beside what the
/// server cost. Any reply that is not a success makes the run fail.
///
/// A [io.tarn.bench.Work] says what is done (verb, size, connections, keys), an
/// [io.tarn.bench.Endpoint] says to whom, and a [io.tarn.bench.Contest] runs the same work against
/// several endpoints in turn, round by round, so that peers meet the same weather. The JMH
/// benchmarks of hot pieces live here too. Nothing in this module ships.
@NullMarked
package io.tarn.bench;

import org.jspecify.annotations.NullMarked;
