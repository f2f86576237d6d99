package io.tarn.node;

/// What a command does.
@FunctionalInterface
interface Verb {
  ExitCode run(Invocation invocation);
}
