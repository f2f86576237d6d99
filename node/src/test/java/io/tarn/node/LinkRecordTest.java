package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkRecordTest {
  private static final Bucket BUCKET =
      new Bucket(
          new BucketName("photos"),
          1,
          1,
          new TenantId("anna"),
          "here",
          Instant.EPOCH,
          Versioning.OFF,
          new Home.Linked("@photos", "photos", "", Set.of()));
  private static final Instant PROBED = Instant.parse("2026-01-02T03:04:05Z");

  /// As it stands in catalogs: it must be read for ever.
  @Test
  void a_record_of_format_1_is_read_and_written_so() {
    var record =
        new LinkRecord(
            Map.of("s3.endpoint", "http://far:9000", "cache.ttl", "60s"), "keys", PROBED);
    String document =
        """
        {"format":1,"settings":{"cache.ttl":"60s","s3.endpoint":"http://far:9000"},\
        "credentials":"keys","probed":"2026-01-02T03:04:05Z"}\
        """;
    assertThat(record.document()).isEqualTo(document);
    assertThat(LinkRecord.of(BUCKET, document)).isEqualTo(record);
    assertThat(record.config().s3().endpoint()).isEqualTo("http://far:9000");
  }

  @Test
  void what_is_not_known_is_refused_and_not_passed_over() {
    for (String document :
        new String[] {
          "",
          "{}",
          "[]",
          "{\"format\":2,\"settings\":{}}",
          "{\"format\":1,\"settings\":{},\"credentials\":\"\",\"probed\":\"x\"}",
          "{\"format\":1,\"settings\":{},\"credentials\":\"\",\"probed\":\"2026-01-02T03:04:05Z\",\"more\":1}"
        }) {
      assertThatThrownBy(() -> LinkRecord.of(BUCKET, document))
          .as(document)
          .isInstanceOf(StoreFailure.Unavailable.class)
          .hasMessageContaining("photos");
    }
    var misspelt = new LinkRecord(Map.of("s3.endpiont", "http://far"), "", PROBED);
    assertThatThrownBy(misspelt::config).hasMessageContaining("s3.endpoint");
  }

  @Test
  void keys_are_not_kept_with_a_bucket() {
    for (String name : new String[] {"s3.access-key", "s3.secret-key", "s3.session-token"}) {
      var record = new LinkRecord(Map.of("s3.endpoint", "http://far", name, "hush"), "", PROBED);
      assertThatThrownBy(record::config)
          .isInstanceOf(StoreFailure.Invalid.class)
          .hasMessageContaining("--credentials")
          .hasMessageNotContaining("hush");
    }
  }
}
