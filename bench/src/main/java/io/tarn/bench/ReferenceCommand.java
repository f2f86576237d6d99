package io.tarn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Prints what the machine can do at most.
@Command(
    name = "reference",
    description = "The JVM's hash rates, the disk's dd rate and the time of one sync.",
    mixinStandardHelpOptions = true)
final class ReferenceCommand implements Callable<Integer> {
  @Option(
      names = "--directory",
      defaultValue = ".",
      description = "Where the disk is tried. Default: here.")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws IOException, InterruptedException {
    Reference.measure(directory).rows().forEach(row -> System.out.println(row[0] + ": " + row[1]));
    return 0;
  }
}
