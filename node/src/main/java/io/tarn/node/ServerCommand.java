package io.tarn.node;

import io.tarn.catalog.MasterKeyFailure;
import io.tarn.meta.MetaException;
import io.tarn.observe.Logs;
import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Loaded;
import io.tarn.settings.SettingsTree.CommandLine;
import io.tarn.store.StoreFailure;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/// `tarn server [DIR…] [--setting=value…]`: serves until it is told to end.
final class ServerCommand {
  private final Terminal terminal;

  ServerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  ExitCode run(List<String> words) {
    return run(() -> read(words), _ -> {}, Banner.EXAMPLE);
  }

  /// - `first`: done once the node runs, and before anybody is told so; where it fails, there is no
  ///   server
  /// - `example`: what the banner has a client do
  ExitCode run(Supplier<Loaded<TarnConfig>> settings, Consumer<Assembly> first, String example) {
    try {
      Loaded<TarnConfig> loaded = settings.get();
      Logs.configure(loaded.value().log());
      for (String note : loaded.notes()) LoggerFactory.getLogger(ServerCommand.class).info(note);
      var lastResort = LastResort.arm(terminal.err());
      serve(loaded.value(), first, example, lastResort);
      return ExitCode.OK;
    } catch (InvalidSettings e) {
      terminal.complain(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    } catch (StoreFailure | MetaException | MasterKeyFailure | UncheckedIOException e) {
      terminal.complain("cannot start: " + e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private Loaded<TarnConfig> read(List<String> words) {
    CommandLine line = Configuration.TREE.split(words);
    var flags = new ArrayList<>(line.flags());
    var directories = new ArrayList<String>();
    // A misspelt flag is refused with the nearest known one, not made into a directory.
    for (String word : line.rest()) (word.startsWith("-") ? flags : directories).add(word);
    if (!directories.isEmpty()) flags.add("--volumes=" + String.join(",", directories));
    return Configuration.read(terminal.environment(), flags);
  }

  /// Returns only by the end of the process: SIGTERM and SIGINT run the hook, which drains, closes
  /// and says the exit code itself, because a JVM that ends by a signal would say 143. The hook is
  /// there first: a signal may come as soon as somebody can see that the server starts.
  private void serve(
      TarnConfig config, Consumer<Assembly> first, String example, LastResort lastResort) {
    var started = new CompletableFuture<Assembly>();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("end")
                .unstarted(() -> end(started, config.drain(), lastResort)));
    Assembly node;
    try {
      node = Assembly.start(config, lastResort::failure, terminal.environment());
      try {
        first.accept(node);
      } catch (RuntimeException e) {
        node.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      started.cancel(false);
      throw e;
    }
    started.complete(node);
    Banner.print(terminal, node, example);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts the main thread
    }
  }

  private void end(CompletableFuture<Assembly> started, Duration drain, LastResort lastResort) {
    lastResort.endWithin(drain);
    Assembly node;
    try {
      node = started.join();
    } catch (CancellationException e) {
      return; // it did not start, and says so
    }
    node.drain();
    node.close();
    terminal.err().print("tarn: stopped\n");
    terminal.err().flush();
    Runtime.getRuntime().halt(ExitCode.OK.value());
  }
}
