package io.tarn.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.Secret;
import io.tarn.store.Put;
import io.tarn.store.StoreFailure;
import io.tarn.upstream.OriginSettings.Addressing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// How an origin is spoken to: with keys that may be replaced, by its own clock, and by the name
/// that its buckets have.
class OriginClientTest {
  private static final OriginKeys OLD =
      new OriginKeys("OLD", Secret.of("old-secret"), Secret.of("old-token"));
  private static final OriginKeys NEW =
      new OriginKeys("NEW", Secret.of("new-secret"), Secret.of("new-token"));

  private final AtomicInteger renewals = new AtomicInteger();

  /// The old keys until they are refused.
  private final OriginCredentials replaced =
      new OriginCredentials() {
        @Override
        public OriginKeys keys() {
          return renewals.get() == 0 ? OLD : NEW;
        }

        @Override
        public boolean renew(OriginKeys refused) {
          return refused.equals(OLD) && renewals.incrementAndGet() > 0;
        }
      };

  private S3Origin origin(
      FarServer far, String endpoint, Addressing addressing, OriginCredentials keys) {
    return new S3Origin(
        FarServer.ORIGIN,
        FarServer.settings(endpoint, addressing, null),
        keys,
        new OriginMetrics(far.metrics),
        InstantSource.system());
  }

  private static FarServer.Answer ofKeys(FarServer.Asked asked, String refusal) {
    return asked.header("Authorization").contains("Credential=OLD/")
        ? new FarServer.Answer(403, refusal)
        : FarServer.Answer.OBJECT;
  }

  @Test
  void keys_that_the_origin_refuses_are_fetched_anew_once() throws IOException {
    for (String refusal : List.of("ExpiredToken", "InvalidAccessKeyId")) {
      renewals.set(0);
      try (var far = FarServer.plain(asked -> ofKeys(asked, refusal));
          S3Origin origin = origin(far, far.url("http"), Addressing.PATH, replaced)) {
        assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
        assertThat(renewals).hasValue(1);
        assertThat(far.asked()).hasSize(2);
        assertThat(far.asked().getLast().header("x-amz-security-token")).isEqualTo("new-token");
      }
    }
  }

  @Test
  void keys_that_cannot_be_replaced_are_refused_as_before() throws IOException {
    try (var far = FarServer.plain(asked -> ofKeys(asked, "ExpiredToken"));
        S3Origin origin = origin(far, far.url("http"), Addressing.PATH, () -> OLD)) {
      assertThatThrownBy(() -> FarServer.read(origin, "key"))
          .isInstanceOf(StoreFailure.OriginDenied.class)
          .hasMessageContaining("ExpiredToken")
          .message()
          .doesNotContain("old-secret")
          .doesNotContain("old-token");
      assertThat(far.asked()).hasSize(1);
    }
  }

  @Test
  void a_body_is_not_sent_twice_but_the_next_one_has_the_new_keys() throws IOException {
    try (var far = FarServer.plain(asked -> ofKeys(asked, "ExpiredToken"));
        S3Origin origin = origin(far, far.url("http"), Addressing.PATH, replaced)) {
      var put = new Put(FarServer.BUCKET, FarServer.KEY);
      assertThatThrownBy(() -> origin.put(put, FarServer.body()))
          .isInstanceOf(StoreFailure.Unavailable.class);
      assertThat(origin.put(put, FarServer.body())).isNotNull();
      assertThat(renewals).hasValue(1);
    }
  }

  @Test
  void a_clock_that_is_wrong_is_corrected_by_the_origins() throws IOException {
    Instant wrong = Instant.now().minus(Duration.ofHours(3));
    try (var far =
            FarServer.plain(
                asked ->
                    isNow(asked.header("x-amz-date"))
                        ? FarServer.Answer.OBJECT
                        : new FarServer.Answer(403, "RequestTimeTooSkewed"));
        var origin =
            new S3Origin(
                FarServer.ORIGIN,
                FarServer.settings(far.url("http"), Addressing.PATH, null),
                () -> OLD,
                new OriginMetrics(far.metrics),
                () -> wrong)) {
      assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
      assertThat(FarServer.read(origin, "key")).isEqualTo(FarServer.TEXT);
      assertThat(far.asked()).as("it is remembered").hasSize(3);
    }
  }

  private static boolean isNow(String amzDate) {
    Instant said =
        Instant.parse(amzDate.replaceFirst("(....)(..)(..)T(..)(..)(..)Z", "$1-$2-$3T$4:$5:$6Z"));
    return Duration.between(said, Instant.now()).abs().compareTo(Duration.ofMinutes(15)) < 0;
  }

  /// The name leads nowhere, so a proxy takes the request.
  @Test
  void a_bucket_can_stand_in_the_host() throws IOException {
    ProxySelector usual = ProxySelector.getDefault();
    try (var far = FarServer.plain(_ -> FarServer.Answer.OBJECT)) {
      ProxySelector.setDefault(
          ProxySelector.of(InetSocketAddress.createUnresolved("127.0.0.1", far.port())));
      try (S3Origin origin =
          origin(far, "http://s3.far.example:8080", Addressing.HOST, () -> OLD)) {
        assertThat(FarServer.read(origin, "a b/key")).isEqualTo(FarServer.TEXT);
        FarServer.Asked asked = far.asked().getFirst();
        assertThat(asked.header("Host")).isEqualTo("photos.s3.far.example:8080");
        assertThat(asked.target()).endsWith("/a%20b/key").doesNotContain("/photos/");
        assertThat(asked.header("Authorization")).contains("SignedHeaders=host;");
      }
    } finally {
      ProxySelector.setDefault(usual);
    }
  }
}
