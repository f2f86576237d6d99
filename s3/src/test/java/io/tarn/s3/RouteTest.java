package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.identity.Demand;
import io.tarn.store.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RouteTest {
  /// A request that is what a row says of its own: nothing else is needed to get there.
  private static S3Operation.Served reached(Route route) {
    String line =
        route.request().replace(" with x-amz-copy-source", "").replace("?uploadId", "?uploadId=u");
    if (route.parameters().contains("partNumber")) line += "&partNumber=1";
    var headers = new ArrayList<String>();
    if (route.request().endsWith("x-amz-copy-source")) {
      headers.addAll(List.of("x-amz-copy-source", "/other/key"));
    }
    if (route == Route.GET_OBJECT_ATTRIBUTES) {
      headers.addAll(List.of("x-amz-object-attributes", "ETag"));
    }
    return Requests.served(line, headers.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void a_row_is_reached_by_the_request_it_names_and_knows_what_its_parser_makes(Route route) {
    assertThat(reached(route).route()).isEqualTo(route);
  }

  @Test
  void every_operation_is_in_the_table_exactly_once() {
    Map<Class<?>, Set<Object>> rows = new HashMap<>();
    for (Route route : Route.values()) {
      S3Operation.Served operation = reached(route);
      // One operation here is one of each configuration to the API reference.
      Object row =
          operation instanceof S3Operation.GetBucketConfiguration get
              ? get.configuration() + " " + get.all()
              : "";
      assertThat(rows.computeIfAbsent(operation.getClass(), _ -> new HashSet<>()).add(row))
          .as(route.text())
          .isTrue();
    }
    assertThat(rows.keySet()).isEqualTo(operations(S3Operation.Served.class));
  }

  private static Set<Class<?>> operations(Class<?> family) {
    if (!family.isSealed()) return Set.of(family);
    var all = new HashSet<Class<?>>();
    for (Class<?> one : family.getPermittedSubclasses()) all.addAll(operations(one));
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void what_an_operation_demands_ends_with_the_action_of_its_row(Route route) {
    if (route == Route.DELETE_OBJECTS) return; // key by key
    List<Demand> demands = reached(route).demands();
    Demand last = demands.getLast();
    assertThat(last.action()).isEqualTo(route.action());
    assertThat(last.resource())
        .isEqualTo(
            switch (route.address().place()) {
              case SERVICE -> "";
              case BUCKET -> "bucket";
              case OBJECT -> "bucket/key";
            });
  }

  @ParameterizedTest
  @CsvSource({
    "GET_BUCKET_ACL, GetBucketAcl, GET /bucket?acl",
    "LIST_OBJECTS_V2, ListObjectsV2, GET /bucket?list-type=2",
    "GET_BUCKET_METRICS_CONFIGURATION, GetBucketMetricsConfiguration, GET /bucket?metrics&id",
    "COPY_OBJECT, CopyObject, PUT /bucket/key with x-amz-copy-source",
    "LIST_BUCKETS, ListBuckets, GET /",
  })
  void a_row_says_what_it_is_called_and_what_its_requests_are(
      Route route, String text, String request) {
    assertThat(route.text()).isEqualTo(text);
    assertThat(route.request()).isEqualTo(request);
  }

  /// The page for those who write policies.
  @Test
  void the_page_of_permissions_is_the_table() throws IOException {
    var page = new StringBuilder();
    for (Route route : Route.values()) page.append(line(route)).append('\n');
    Path file = Path.of("..", "docs", "permissions.md");
    assertThat(Files.readString(file)).contains(page);
  }

  private static String line(Route route) {
    String action = route.action().text();
    String ofVersion = route.action().on(new Version("v")).text();
    boolean named = reached(route) instanceof S3Operation.OnObject && !ofVersion.equals(action);
    return "| `%s` | %s | `%s`%s |"
        .formatted(route.request(), route.text(), action, named ? "; `" + ofVersion + "`" : "");
  }
}
