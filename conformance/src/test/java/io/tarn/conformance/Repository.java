package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The source tree as the rules see it.
final class Repository {
  static final Path ROOT = findRoot();

  private static final Pattern NAME = Pattern.compile("\\bio\\.tarn\\.([a-z0-9]+)\\.[A-Z]");

  /// Texts, characters and comments, whichever begins first.
  private static final Pattern TEXT_OR_COMMENT =
      Pattern.compile(
          "\"\"\"(?s:.*?)\"\"\"|\"(?:[^\"\\\\]|\\\\.)*+\"|'(?:[^'\\\\]|\\\\.)++'|//.*|/\\*(?s:.*?)\\*/");

  private Repository() {}

  private static Path findRoot() {
    Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("ARCHITECTURE.md"))) at = at.getParent();
    if (at == null) {
      throw new IllegalStateException("no ARCHITECTURE.md above the working directory");
    }
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
  static SortedSet<String> dependenciesOf(String module) throws IOException {
    return dependenciesOf(module, false);
  }

  static SortedSet<String> testDependenciesOf(String module) throws IOException {
    return dependenciesOf(module, true);
  }

  private static SortedSet<String> dependenciesOf(String module, boolean ofTests)
      throws IOException {
    return Pattern.compile(
            "<dependency><groupId>io\\.tarn</groupId><artifactId>([^<]+)</artifactId>(.*?)</dependency>")
        .matcher(read(module + "/pom.xml"))
        .results()
        .filter(match -> match.group(2).contains("<scope>test</scope>") == ofTests)
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// The other modules whose classes the sources of a module name, in imports or in full: also in
  /// texts, as that is how one program starts another. What comments say does not count.
  static SortedSet<String> usedIn(String module, String part) throws IOException {
    SortedSet<String> used = new TreeSet<>();
    for (Path source : sourcesOf(module, part)) {
      NAME.matcher(withoutComments(Files.readString(source)))
          .results()
          .forEach(match -> used.add(match.group(1)));
    }
    used.remove(module);
    return used;
  }

  /// The sources of a module; `part` is `main` or `test`.
  static List<Path> sourcesOf(String module, String part) throws IOException {
    return sources(ROOT.resolve(module, "src", part));
  }

  private static String withoutComments(String source) {
    return TEXT_OR_COMMENT
        .matcher(source)
        .replaceAll(
            match -> match.group().startsWith("/") ? " " : Matcher.quoteReplacement(match.group()));
  }

  static List<Path> sources() throws IOException {
    return sources(ROOT);
  }

  private static List<Path> sources(Path root) throws IOException {
    if (!Files.exists(root)) return List.of();
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> !path.toString().contains("/target/"))
          .toList();
    }
  }
}
