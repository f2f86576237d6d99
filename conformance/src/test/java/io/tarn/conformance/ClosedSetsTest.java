package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is decided about requests is decided by values of closed sets: a case that is new does not
/// compile until every place has said what becomes of it.
class ClosedSetsTest {
  /// A text that begins as the name of an action or of a key of conditions does.
  private static final Pattern NAME = Pattern.compile("\"(s3|admin):(?!//)[A-Za-z*]?");

  private static final Pattern DEFAULT =
      Pattern.compile("\\bdefault\\s*(->|:)|\\bcase null, default\\b");

  /// Those whose subject is how policies spell things: the two tables of names, what reads policies
  /// by them, and the policies that come with the server.
  private static final Set<String> SPELLING =
      Set.of(
          "identity/Action",
          "identity/ConditionName",
          "identity/ActionReader",
          "identity/PolicyReader",
          "catalog/CannedPolicies");

  @Test
  void only_what_reads_policies_knows_actions_by_their_names() throws IOException {
    for (String module : Repository.modules()) {
      if (List.of("testkit", "conformance", "bench").contains(module)) continue;
      for (Path source : Repository.sourcesOf(module, "main")) {
        String file = source.getFileName().toString().replace(".java", "");
        if (SPELLING.contains(module + "/" + file)) continue;
        assertThat(Files.readString(source)).as(source.toString()).doesNotContainPattern(NAME);
      }
    }
  }

  /// What a policy allowed or denied would else not be what is then done.
  @ParameterizedTest
  @ValueSource(strings = {"OperationValues", "Subject", "Admission", "Capabilities"})
  void what_a_request_is_decided_by_is_what_was_decoded_of_it(String file) throws IOException {
    assertThat(Repository.read("gateway/src/main/java/io/tarn/gateway/" + file + ".java"))
        .doesNotContain("request()")
        .doesNotContain("header(");
  }

  /// Error Prone asks for a default, or for every case; here it is every case.
  @Test
  void nothing_that_ships_leaves_cases_out_silently() throws IOException {
    for (Path source : Repository.sources()) {
      if (source.toString().contains("/src/main/")) {
        assertThat(Files.readString(source))
            .as(source.toString())
            .doesNotContain("MissingCasesInEnumSwitch");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identity/AclGrant",
        "identity/Action",
        "identity/Authorizer",
        "identity/Arrival",
        "identity/ConditionName",
        "identity/Demand",
        "identity/PolicyStatus",
        "identity/Question",
        "identity/Statement",
        "s3/BucketConfiguration",
        "s3/BucketParsers",
        "s3/CopySource",
        "s3/Demands",
        "s3/ObjectParsers",
        "s3/Route",
        "s3/RouteAddress",
        "s3/S3Operation",
        "gateway/Admission",
        "gateway/Capabilities",
        "gateway/Deletions",
        "gateway/Grants",
        "gateway/OperationValues",
        "gateway/Operations",
        "gateway/PublicAcls",
        "gateway/RequestContext",
        "gateway/Subject",
        "console/Access",
        "console/AdminOperation",
        "console/AdminWork",
        "console/Authority",
      })
  void what_decides_or_dispatches_names_every_case(String file) throws IOException {
    String[] parts = file.split("/", -1);
    String source =
        Repository.read(
            "%s/src/main/java/io/tarn/%s/%s.java".formatted(parts[0], parts[0], parts[1]));
    assertThat(source).doesNotContainPattern(DEFAULT);
  }
}
