package io.tarn.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Version;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ActionTest {
  private static final Map<String, Action> BY_TEXT =
      Arrays.stream(Action.values()).collect(Collectors.toMap(Action::text, Function.identity()));

  @ParameterizedTest
  @EnumSource
  void a_version_that_is_named_is_acted_on_by_the_action_that_s3_has_for_it(Action action) {
    Action ofVersion = BY_TEXT.get(action.text().replaceFirst("Object", "ObjectVersion"));
    boolean hasOne = ofVersion != null && action.target() == Action.Target.OBJECT;
    assertThat(action.on(new Version("v"))).isEqualTo(hasOne ? ofVersion : action);
    assertThat(action.on(Version.LATEST)).isEqualTo(action);
  }

  @ParameterizedTest
  @EnumSource
  void an_action_is_taken_on_what_its_name_says(Action action) {
    boolean ofServer = action.text().startsWith("admin:");
    assertThat(action.isAdministration()).isEqualTo(ofServer);
    if (action.grant().isOfObject() || action.grant() == AclGrant.INITIATOR) {
      assertThat(action.target()).isEqualTo(Action.Target.OBJECT);
    }
    if (ofServer) assertThat(action.grant()).isEqualTo(AclGrant.NONE);
  }

  /// S3 user guide, "Mapping of ACL permissions and access policy permissions".
  @Test
  void lists_of_buckets_allow_what_the_user_guide_says_and_nothing_else() {
    Map<AclGrant, String> allowed =
        Arrays.stream(Action.values())
            .filter(action -> action.grant() != AclGrant.NONE)
            .collect(
                Collectors.groupingBy(
                    Action::grant,
                    Collectors.mapping(
                        action -> action.text().substring(3), Collectors.joining(" "))));
    assertThat(allowed)
        .containsEntry(
            AclGrant.BUCKET_READ, "ListBucket ListBucketMultipartUploads ListBucketVersions")
        .containsEntry(AclGrant.BUCKET_WRITE, "PutObject")
        .containsEntry(AclGrant.BUCKET_READ_ACP, "GetBucketAcl")
        .containsEntry(AclGrant.BUCKET_WRITE_ACP, "PutBucketAcl")
        .containsEntry(AclGrant.OBJECT_READ, "GetObject GetObjectVersion")
        .containsEntry(AclGrant.OBJECT_READ_ACP, "GetObjectAcl GetObjectVersionAcl")
        .containsEntry(AclGrant.OBJECT_WRITE_ACP, "PutObjectAcl PutObjectVersionAcl")
        .containsEntry(AclGrant.INITIATOR, "AbortMultipartUpload ListMultipartUploadParts");
  }
}
