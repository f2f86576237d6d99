package io.tarn.node;

import io.tarn.settings.InvalidSettings;
import io.tarn.settings.Loaded;
import io.tarn.settings.SettingsTree.CommandLine;
import io.tarn.store.StoreFailure;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `tarn server [DIR…] [--setting=value…]`: serves until it is told to end.
final class ServerCommand {
  private final Terminal terminal;

  ServerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  ExitCode run(List<String> words) {
    Loaded<TarnConfig> loaded;
    try {
      loaded = read(words);
    } catch (InvalidSettings e) {
      terminal.complain(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    }
    try {
      return serve(loaded);
    } catch (StoreFailure | UncheckedIOException | IllegalArgumentException e) {
      terminal.complain("cannot start: " + e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private Loaded<TarnConfig> read(List<String> words) {
    CommandLine line = Configuration.TREE.split(words);
    var flags = new ArrayList<>(line.flags());
    if (!line.rest().isEmpty()) flags.add("--volumes=" + String.join(",", line.rest()));
    return Configuration.read(terminal.environment(), flags);
  }

  private ExitCode serve(Loaded<TarnConfig> loaded) {
    var ended = new CountDownLatch(1);
    try (Assembly node = Assembly.start(loaded)) {
      Banner.print(terminal, node);
      var drained = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("end")
                  .unstarted(
                      () -> {
                        ended.countDown();
                        await(drained, loaded.value().drain().plusSeconds(5).toMillis());
                      }));
      awaitForever(ended);
      node.drain();
      node.close();
      terminal.err().print("tarn: stopped\n");
      terminal.err().flush();
      Runtime.getRuntime().halt(ExitCode.OK.value()); // inside a shutdown hook's time, exit() would wait for itself
      return ExitCode.OK;
    }
  }

  private static void awaitForever(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // nobody interrupts the main thread
    }
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      boolean inTime = latch.await(millis, TimeUnit.MILLISECONDS);
      if (!inTime) System.err.print("tarn: did not end in time\n");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
