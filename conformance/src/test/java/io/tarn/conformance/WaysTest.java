package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// The ways of a GET and of a PUT as ARCHITECTURE.md tells them, against those that real requests
/// take through a real server: small objects and large ones.
@Tag("slow")
class WaysTest {
  private static final int REQUESTS = 50;
  private static final String BUCKET = "ways";
  private static final byte[] SMALL = new byte[4096];
  private static final byte[] LARGE = new byte[3 << 20];

  private static final Pattern NAMED =
      Pattern.compile("`(?:[a-z0-9]+/)?([A-Z][A-Za-z0-9]+)(?:\\.[a-z][A-Za-z0-9]*)?`");
  private static final Pattern COUNT = Pattern.compile("\\*\\*(\\d+) files\\*\\*");

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.tarn..");

  /// Of each way: the files called, and those passed through.
  private record Seen(Set<String> called, Set<String> passed) {}

  enum Way {
    GET,
    PUT
  }

  private static final Map<Way, Seen> SEEN = new EnumMap<>(Way.class);

  @BeforeAll
  static void watch(@TempDir Path directory) throws IOException, InterruptedException {
    var server = new ServerProcess(directory.resolve("log"), directory.resolve("data").toString());
    try (ServerProcess running = server.start();
        S3Client client = running.client()) {
      client.createBucket(request -> request.bucket(BUCKET));
      put(client, "warm", SMALL);
      put(client, "warm", LARGE);
      put(client, "small", SMALL);
      put(client, "large", LARGE);
      SEEN.put(
          Way.GET, seen(running, directory, i -> get(client, "small"), i -> get(client, "large")));
      SEEN.put(
          Way.PUT,
          seen(
              running,
              directory,
              i -> put(client, "small" + i, SMALL),
              i -> put(client, "large" + i, LARGE)));
    }
  }

  private static Seen seen(ServerProcess server, Path directory, IntConsumer... kinds)
      throws IOException, InterruptedException {
    var seen = new Seen(new TreeSet<>(), new TreeSet<>());
    for (IntConsumer kind : kinds) {
      RequestTrace trace =
          RequestTrace.of(
              server,
              CODE,
              directory,
              () -> {
                for (int i = 0; i < REQUESTS; i++) kind.accept(i);
              });
      seen.called.addAll(trace.called(REQUESTS));
      seen.passed.addAll(trace.passed(REQUESTS));
    }
    return seen;
  }

  private static Seen seen(Way way) {
    return Objects.requireNonNull(SEEN.get(way));
  }

  private static void put(S3Client client, String key, byte[] bytes) {
    client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
  }

  private static void get(S3Client client, String key) {
    byte[] bytes =
        client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key)).asByteArray();
    assertThat(bytes.length).isGreaterThanOrEqualTo(SMALL.length);
  }

  @ParameterizedTest
  @EnumSource
  void each_file_that_is_named_is_on_the_way(Way way) throws IOException {
    Set<String> onTheWay = new TreeSet<>(seen(way).called);
    onTheWay.addAll(seen(way).passed);
    Set<String> elsewhere = new TreeSet<>(named(way));
    elsewhere.removeAll(onTheWay);
    elsewhere.removeIf(name -> holdsData(CODE.get(name)));
    assertThat(elsewhere).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void each_file_that_control_passes_through_is_named(Way way) throws IOException {
    Set<String> unnamed = new TreeSet<>(seen(way).passed);
    unnamed.removeAll(named(way));
    assertThat(unnamed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void there_are_as_many_as_the_map_says(Way way) throws IOException {
    Set<String> files = new TreeSet<>(named(way));
    files.removeIf(name -> holdsData(CODE.get(name)) && !seen(way).passed.contains(name));
    assertThat(files).hasSize(count(way));
  }

  private static boolean holdsData(JavaClass type) {
    return type.isRecord() || type.isInterface() || type.isEnum();
  }

  private static int count(Way way) throws IOException {
    return COUNT
        .matcher(section(way))
        .results()
        .map(match -> Integer.parseInt(match.group(1)))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("the way of a " + way + " does not say how long it is"));
  }

  /// The classes that the files are named after; a PUT begins as a GET does.
  private static Set<String> named(Way way) throws IOException {
    String text = section(way);
    if (way == Way.PUT) text += section(Way.GET).split("\n5\\. ", 2)[0];
    Map<String, String> classes =
        CODE.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(Collectors.toMap(JavaClass::getSimpleName, JavaClass::getName, (a, b) -> a));
    Set<String> names = new TreeSet<>();
    for (MatchResult match : NAMED.matcher(text).results().toList()) {
      if (match.group(1).endsWith("Test")) continue;
      String name = classes.get(match.group(1));
      assertThat(name).as("%s, which the way of a %s names", match.group(1), way).isNotNull();
      names.add(name);
    }
    return names;
  }

  private static String section(Way way) throws IOException {
    String[] sections = Repository.read("ARCHITECTURE.md").split("\n## ");
    String title = "The way of a " + way + "\n";
    return Arrays.stream(sections).filter(one -> one.startsWith(title)).findFirst().orElseThrow();
  }
}
