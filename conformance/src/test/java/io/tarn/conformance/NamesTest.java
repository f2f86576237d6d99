package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// One word per idea. The public names of what ships are made of words that the glossary explains,
/// or that every reader brings along: those of the S3 API reference, of HTTP, of storage and of
/// Java, which `standard-words.txt` lists.
class NamesTest {
  private static final List<String> NOT_SHIPPED = List.of("testkit", "conformance", "bench");

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public (?:(?:sealed|non-sealed|final|abstract) )*(?:class|record|@?interface|enum)"
              + " (\\w+)",
          Pattern.MULTILINE);

  private static final Pattern WORD = Pattern.compile("[A-Z][a-z]+|[A-Z]+(?![a-z])");

  /// The first column of the glossary's table.
  private static final Pattern EXPLAINED = Pattern.compile("^\\| ([^|]+) \\|", Pattern.MULTILINE);

  @Test
  void every_word_in_a_public_name_is_explained_or_known_to_everybody() throws IOException {
    Set<String> known = new TreeSet<>(words(Repository.read("docs/glossary.md"), EXPLAINED));
    known.addAll(List.of(standard().split("\\s+")));
    Map<String, String> unknown = wordsOfPublicNames();
    unknown
        .keySet()
        .removeIf(word -> known.contains(word) || known.contains(word.replaceFirst("s$", "")));
    assertThat(unknown)
        .as("words for docs/glossary.md; where the field has a term, that is the name to take")
        .isEmpty();
  }

  @Test
  void no_word_is_listed_as_standard_that_no_public_name_has() throws IOException {
    Set<String> unused = new TreeSet<>(List.of(standard().split("\\s+")));
    unused.removeAll(wordsOfPublicNames().keySet());
    assertThat(unused).isEmpty();
  }

  /// What a reader meets in two modules under one name is taken for one thing.
  @Test
  void no_two_modules_have_a_class_of_the_same_name() throws IOException {
    Map<String, Set<String>> modules = new TreeMap<>();
    for (Path source : shipped()) {
      String name = String.valueOf(source.getFileName()).replace(".java", "");
      if (name.equals("package-info")) continue;
      String module = Repository.ROOT.relativize(source).getName(0).toString();
      modules.computeIfAbsent(name, _ -> new TreeSet<>()).add(module);
    }
    modules.values().removeIf(where -> where.size() == 1);
    assertThat(modules).isEmpty();
  }

  /// In lower case, each with a name that has it.
  private static Map<String, String> wordsOfPublicNames() throws IOException {
    Map<String, String> words = new TreeMap<>();
    for (Path source : shipped()) {
      for (MatchResult type : PUBLIC_TYPE.matcher(Files.readString(source)).results().toList()) {
        WORD.matcher(type.group(1))
            .results()
            .forEach(word -> words.put(word.group().toLowerCase(Locale.ROOT), type.group(1)));
      }
    }
    return words;
  }

  private static Set<String> words(String text, Pattern part) {
    Set<String> words = new TreeSet<>();
    part.matcher(text)
        .results()
        .flatMap(cell -> Stream.of(cell.group(1).split("[^A-Za-z0-9]+")))
        .forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
    return words;
  }

  private static String standard() throws IOException {
    return Repository.read("conformance/src/test/resources/standard-words.txt").strip();
  }

  private static List<Path> shipped() throws IOException {
    return Repository.sources().stream()
        .filter(source -> source.toString().contains("/src/main/"))
        .filter(
            source ->
                !NOT_SHIPPED.contains(Repository.ROOT.relativize(source).getName(0).toString()))
        .toList();
  }
}
