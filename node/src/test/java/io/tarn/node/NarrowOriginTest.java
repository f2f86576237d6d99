package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.console.LinkRequest;
import io.tarn.node.FaultyOrigin.Outcome;
import io.tarn.store.BucketName;
import io.tarn.testkit.FaultRule;
import io.tarn.testkit.WireFault;
import io.tarn.testkit.WireRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An origin that cannot do all that S3 can, and says so.
class NarrowOriginTest {
  @TempDir Path directory;

  private static boolean isOfTags(WireRequest request) {
    return request.target().contains("tagging") || request.field("x-amz-tagging") != null;
  }

  @Test
  void one_without_tags_is_linked_and_everything_else_goes() throws IOException {
    byte[] bytes = new byte[100_000];
    try (var world = new FaultyOrigin(directory)) {
      world.proxy.rules(
          FaultRule.always(new WireFault.Refusal(501, "NotImplemented", null))
              .where(NarrowOriginTest::isOfTags));
      world.link(new BucketName("narrow"), LinkRequest.to("exclusive", "exclusive", "narrow/"));
      assertThat(world.near("PUT", "/narrow/key", bytes).status()).isEqualTo(200);
      assertThat(world.there("/exclusive/narrow/key").body()).isEqualTo(bytes);
      assertThat(world.get("/narrow/key").body()).isEqualTo(bytes);
      assertThat(world.get("/narrow/key", "Range", "bytes=5-9").body()).hasSize(5);
      Outcome tags = world.get("/narrow/key?tagging=");
      assertThat(tags.status()).as(tags.text()).isEqualTo(501);
      assertThat(world.near("DELETE", "/narrow/key", new byte[0]).status()).isEqualTo(204);
    }
  }
}
