package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.identity.Action;
import io.tarn.identity.Demand;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.Version;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandsTest {
  @Test
  void every_operation_needs_a_permission_but_those_that_say_so() {
    Set<Route> free = EnumSet.of(Route.DELETE_OBJECTS);
    S3RouterTest.ROUTES.forEach(
        (line, route) -> {
          List<Demand> demands = Requests.served(line).demands();
          assertThat(demands.isEmpty()).as(line).isEqualTo(free.contains(route));
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /bucket/key | s3:GetObject",
        "GET /bucket/key?versionId=v | s3:GetObjectVersion",
        "HEAD /bucket/key?versionId=v | s3:GetObjectVersion",
        "DELETE /bucket/key | s3:DeleteObject",
        "DELETE /bucket/key?versionId=null | s3:DeleteObjectVersion",
        "PUT /bucket/key?tagging&versionId=v | s3:PutObjectVersionTagging",
        "PUT /bucket/key?uploadId=u&partNumber=1 | s3:PutObject",
        "GET /bucket/key?uploadId=u | s3:ListMultipartUploadParts",
        "HEAD /bucket | s3:ListBucket",
        "GET /bucket?versions | s3:ListBucketVersions",
        "GET / | s3:ListAllMyBuckets",
      })
  void versions_have_permissions_of_their_own(String line, String action) {
    assertThat(Requests.served(line).demands())
        .extracting(demand -> demand.action().text())
        .containsExactly(action);
  }

  @Test
  void a_copy_needs_both_ends() {
    Demand put = demand(Action.PUT_OBJECT, "bucket", "key", Version.LATEST);
    var copy =
        (S3Operation.CopyObject)
            Requests.served(
                "PUT /bucket/key", "x-amz-copy-source", "/other/from%20here?versionId=v");
    assertThat(copy.demands()).containsExactly(put);
    assertThat(copy.source().demand())
        .isEqualTo(demand(Action.GET_OBJECT_VERSION, "other", "from here", new Version("v")));
    var part =
        (S3Operation.UploadPartCopy)
            Requests.served(
                "PUT /bucket/key?uploadId=u&partNumber=3", "x-amz-copy-source", "other/from");
    assertThat(part.demands()).containsExactly(put);
    assertThat(part.source().demand())
        .isEqualTo(demand(Action.GET_OBJECT, "other", "from", Version.LATEST));
  }

  private static Demand demand(Action action, String bucket, String key, Version version) {
    return new Demand.OnObject(action, new BucketName(bucket), new Key(key), version);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT /bucket/key | if-match | x | s3:GetObject",
        "PUT /bucket/key | if-none-match | \"x\" | s3:GetObject",
        "PUT /bucket/key | if-none-match | * |",
        "PUT /bucket/key | if-match | * |",
        "POST /bucket/key?uploadId=u | if-match | x | s3:GetObject",
        "DELETE /bucket/key | if-match | x | s3:GetObject",
        "DELETE /bucket/key?versionId=v | if-match | x | s3:GetObjectVersion",
        "DELETE /bucket/key | x-amz-if-match-size | 3 | s3:GetObject",
        "DELETE /bucket/key | x-amz-if-match-last-modified-time | 2024-01-01T00:00:00Z |"
            + " s3:GetObject",
      })
  void a_write_that_looks_into_what_is_there_needs_to_be_allowed_reading(
      String line, String header, String value, String action) {
    List<Demand> demands = Requests.served(line, header, value).demands();
    if (action == null) {
      assertThat(demands).hasSize(1);
    } else {
      assertThat(demands.getLast().action().text()).isEqualTo(action);
    }
  }

  @Test
  void tags_need_a_permission_besides() {
    assertThat(Requests.served("PUT /bucket/key", "x-amz-tagging", "a=b").demands())
        .extracting(demand -> demand.action().text())
        .containsExactly("s3:PutObject", "s3:PutObjectTagging");
  }

  @ParameterizedTest
  @CsvSource({
    "private, s3:PutObject",
    "public-read, s3:PutObject s3:PutObjectAcl",
    "bucket-owner-full-control, s3:PutObject s3:PutObjectAcl",
  })
  void an_acl_that_grants_something_needs_a_permission_besides(String acl, String actions) {
    assertThat(Requests.served("PUT /bucket/key", "x-amz-acl", acl).demands())
        .extracting(demand -> demand.action().text())
        .containsExactly(actions.split(" ", -1));
  }
}
