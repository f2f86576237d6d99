package io.tarn.bench;

import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The load driver's command line.
@Command(
    name = "load",
    description = "Loads S3 servers on this machine and says what that cost them.",
    mixinStandardHelpOptions = true,
    subcommands = {
      RunCommand.class,
      SuiteCommand.class,
      SoakCommand.class,
      MultipartCommand.class,
      StartupCommand.class,
      ReferenceCommand.class,
      DelayCommand.class,
      CacheIndexCommand.class
    })
public final class Load {
  private Load() {}

  public static void main(String[] arguments) {
    var line = new CommandLine(new Load());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Duration.class, Seconds::parse);
    line.setExecutionExceptionHandler(
        (failure, _, _) -> {
          System.err.println("load: " + failure.getMessage());
          return 1;
        });
    System.exit(line.execute(arguments));
  }
}
