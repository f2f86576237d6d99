package io.tarn.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Capability;
import io.tarn.store.Home;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class BucketWorkTest {
  private static String home(Home home) {
    var bucket =
        new Bucket(
            new BucketName("pictures"),
            1,
            1,
            new TenantId("anna"),
            "here",
            Instant.EPOCH,
            Versioning.OFF,
            home);
    return BucketWork.shown(bucket, "anna").path("home").toString();
  }

  @Test
  void a_bucket_is_shown_with_its_home_and_what_cannot_be_done_there() {
    assertThat(home(Home.OWN)).isEqualTo("{\"kind\":\"own\"}");
    assertThat(home(new Home.OtherRegion())).isEqualTo("{\"kind\":\"other-region\"}");
    var some = EnumSet.complementOf(EnumSet.of(Capability.ACLS, Capability.CONDITIONAL_WRITES));
    assertThat(home(new Home.Linked("photos", "Old", "raw/", some)))
        .isEqualTo(
            "{\"kind\":\"linked\",\"origin\":\"photos\",\"bucket\":\"Old\",\"prefix\":\"raw/\","
                + "\"without\":[\"acls\",\"conditional-writes\"]}");
  }
}
