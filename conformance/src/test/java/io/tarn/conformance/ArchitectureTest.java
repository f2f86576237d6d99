package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z0-9]+)` \\|.*\\| ([^|]*) \\|$", Pattern.MULTILINE);
  private static final Pattern FILE =
      Pattern.compile("`([a-z0-9]+)/([A-Z][A-Za-z0-9]*)(?:\\.([a-z][A-Za-z0-9]*))?`");

  @Test
  void the_poms_agree_with_the_dependency_table() throws IOException {
    Map<String, Set<String>> inPoms = new TreeMap<>();
    for (String module : Repository.modules()) {
      inPoms.put(module, Repository.dependenciesOf(module));
    }
    assertThat(inPoms).isEqualTo(table());
  }

  @Test
  void the_sources_use_what_the_dependency_table_names_and_nothing_else() throws IOException {
    Map<String, Set<String>> used = new TreeMap<>();
    for (String module : Repository.modules()) used.put(module, Repository.usedIn(module, "main"));
    assertThat(used).isEqualTo(table());
  }

  @Test
  void the_tests_use_what_their_pom_names_and_each_dependency_of_tests_is_used()
      throws IOException {
    for (String module : Repository.modules()) {
      Set<String> inTests = Repository.usedIn(module, "test");
      inTests.removeAll(Repository.dependenciesOf(module));
      assertThat(inTests).as(module).isEqualTo(Repository.testDependenciesOf(module));
    }
  }

  private static Map<String, Set<String>> table() throws IOException {
    Map<String, Set<String>> table = new TreeMap<>();
    ROW.matcher(Repository.read("ARCHITECTURE.md"))
        .results()
        .forEach(
            match ->
                table.put(
                    match.group(1),
                    match.group(2).equals("–") ? Set.of() : Set.of(match.group(2).split(" "))));
    return table;
  }

  @Test
  void each_file_and_method_that_the_map_names_exists() throws IOException {
    List<String> modules = Repository.modules();
    for (MatchResult named : FILE.matcher(Repository.read("ARCHITECTURE.md")).results().toList()) {
      if (!modules.contains(named.group(1))) continue;
      Optional<Path> file =
          Stream.of("main", "test")
              .map(
                  part ->
                      Repository.ROOT.resolve(
                          named.group(1),
                          "src",
                          part,
                          "java/io/tarn",
                          named.group(1),
                          named.group(2) + ".java"))
              .filter(Files::exists)
              .findFirst();
      assertThat(file).as(named.group()).isPresent();
      if (named.group(3) != null) {
        assertThat(Files.readString(file.orElseThrow()))
            .as(named.group())
            .containsPattern("\\b" + named.group(3) + "\\(");
      }
    }
  }

  @Test
  void a_module_is_one_package_named_as_its_folder() throws IOException {
    for (Path source : Repository.sources()) {
      String module = Repository.ROOT.relativize(source).getName(0).toString();
      assertThat(Files.readString(source))
          .as(source.toString())
          .contains("package io.tarn." + module + ";");
    }
  }

  @Test
  void no_file_is_longer_than_the_wall() throws IOException {
    for (Path source : Repository.sources()) {
      assertThat(Files.readAllLines(source).size()).as(source.toString()).isLessThanOrEqualTo(500);
    }
  }

  /// A comparison that ends at the first difference tells by its time how much was right.
  @Test
  void what_knows_secrets_compares_bytes_in_constant_time() {
    JavaClasses secretive =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(
                "io.tarn.signature",
                "io.tarn.body",
                "io.tarn.s3",
                "io.tarn.gateway",
                "io.tarn.console",
                "io.tarn.catalog");
    ArchRuleDefinition.noClasses()
        .should()
        .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
        .orShould()
        .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
        .check(secretive);
    for (String comparing :
        new String[] {
          "signature.Authentication",
          "signature.ChunkChain",
          "s3.ContinuationTokens",
          "console.Access"
        }) {
      ArchRuleDefinition.theClass("io.tarn." + comparing)
          .should(
              ArchConditions.callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class))
          .check(secretive);
    }
  }

  @Test
  void nobody_uses_unsafe_reflection_thread_locals_or_the_internals_of_the_platform() {
    JavaClasses shipped =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tarn..");
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.ThreadLocal")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("sun.misc..", "jdk.internal..")
        .check(shipped);
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackages("io.tarn.settings..", "io.tarn.testkit..", "io.tarn.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .check(shipped);
  }
}
