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
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z0-9]+)` \\|.*\\| ([^|]*) \\|$", Pattern.MULTILINE);

  @Test
  void the_poms_agree_with_the_dependency_table() throws IOException {
    Map<String, String> inTable = new TreeMap<>();
    ROW.matcher(Repository.read("ARCHITECTURE.md"))
        .results()
        .forEach(match -> inTable.put(match.group(1), sorted(match.group(2))));
    Map<String, String> inPoms = new TreeMap<>();
    for (String module : Repository.modules())
      inPoms.put(module, String.join(" ", Repository.dependenciesOf(module)));
    assertThat(inTable).isEqualTo(inPoms);
  }

  private static String sorted(String dependencies) {
    if (dependencies.equals("–")) return "";
    return String.join(" ", Arrays.stream(dependencies.split(" ")).sorted().toList());
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
    for (Path source : Repository.sources())
      assertThat(Files.readAllLines(source).size()).as(source.toString()).isLessThanOrEqualTo(500);
  }

  /// A comparison that ends at the first difference tells by its time how much was right.
  @Test
  void what_knows_secrets_compares_bytes_in_constant_time() {
    JavaClasses secretive =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tarn.s3", "io.tarn.gateway", "io.tarn.console", "io.tarn.catalog");
    ArchRuleDefinition.noClasses()
        .should()
        .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
        .orShould()
        .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
        .check(secretive);
    for (String comparing :
        new String[] {
          "s3.Authentication", "s3.ChunkChain", "s3.ContinuationTokens", "console.Access"
        })
      ArchRuleDefinition.theClass("io.tarn." + comparing)
          .should(
              ArchConditions.callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class))
          .check(secretive);
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
        .resideOutsideOfPackages("io.tarn.settings..", "io.tarn.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .check(shipped);
  }
}
