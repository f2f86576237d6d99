package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The source tree as the rules see it.
final class Repository {
  static final Path ROOT = findRoot();

  private Repository() {}

  private static Path findRoot() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("ARCHITECTURE.md"))) at = at.getParent();
    if (at == null)
      throw new IllegalStateException("no ARCHITECTURE.md above the working directory");
    return at;
  }

  static String read(String path) throws IOException {
    return Files.readString(ROOT.resolve(path));
  }

  /// The modules of the build, in its order.
  static List<String> modules() throws IOException {
    return Pattern.compile("<module>([^<]+)</module>")
        .matcher(read("pom.xml"))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /// The modules of Tarn that a module's POM names outside test scope.
  static List<String> dependenciesOf(String module) throws IOException {
    return Pattern.compile(
            "<dependency><groupId>io\\.tarn</groupId><artifactId>([^<]+)</artifactId>(.*?)</dependency>")
        .matcher(read(module + "/pom.xml"))
        .results()
        .filter(match -> !match.group(2).contains("<scope>test</scope>"))
        .map(MatchResult::group)
        .map(text -> text.replaceAll(".*<artifactId>([^<]+)</artifactId>.*", "$1"))
        .sorted()
        .toList();
  }

  static List<Path> sources() throws IOException {
    try (Stream<Path> walk = Files.walk(ROOT)) {
      return walk.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> !path.toString().contains("/target/"))
          .toList();
    }
  }
}
