package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.gateway.Wire.Answer;
import io.tarn.identity.Caller;
import io.tarn.identity.Policy;
import io.tarn.testkit.Claim;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedVersionTest {
  /// Enough for a look and a read to be torn apart many times, were they two.
  private static final int READS = 3000;

  @Test
  @OverStoresWith(Claim.PERMITS_IN_ONE_STEP)
  void what_is_served_is_tagged_as_the_policy_asks(@TempDir Path directory) throws Exception {
    try (var server = new TestServer(directory)) {
      var main = new Client(server, "main");
      main.ok("PUT /box");
      String allow =
          "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\","
              + "\"Condition\":{\"StringEquals\":{\"s3:ExistingObjectTag/public\":\"yes\"}}}}";
      server.callers.add(
          new Caller.User(
              server.callers.account("main"),
              "ann",
              TestServer.Crowd.key("ann"),
              List.of(Policy.ofIdentity(allow, "p"))));
      var ann = new Client(server, "ann");
      var over = new AtomicBoolean();
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!over.get()) {
                      Client.ok(main.put("/box/k", "open", "x-amz-tagging", "public=yes"));
                      Client.ok(main.put("/box/k", "secret"));
                    }
                  });
      int seen = 0;
      try {
        for (int i = 0; i < READS; i++) {
          Answer answer = ann.call("GET /box/k");
          assertThat(answer.text()).doesNotContain("secret");
          if (answer.status() == 200) seen++;
        }
      } finally {
        over.set(true);
        writer.join();
      }
      assertThat(seen).as("the test means something").isPositive();
    }
  }
}
