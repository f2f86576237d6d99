package io.tarn.node;

import io.tarn.observe.Metrics;
import io.tarn.store.StoreFailure;
import io.tarn.upstream.OriginCredentials;
import io.tarn.upstream.OriginKeys;
import io.tarn.upstream.OriginMetrics;
import io.tarn.upstream.S3Origin;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whether this machine could speak to the origins of the settings: whom it would trust, and what
/// it would sign with. No origin is asked; `tarn bucket link` does that.
final class OriginCheck {
  private OriginCheck() {}

  static List<Diagnosis> of(TarnConfig config, Map<String, String> environment) {
    InstantSource clock = InstantSource.system();
    var named = new NamedCredentials(config.credentials(), environment, clock);
    var counted = new OriginMetrics(new Metrics(config.metrics()));
    List<Diagnosis> found = new ArrayList<>();
    config
        .origins()
        .forEach(
            (name, origin) -> {
              if (origin.s3().endpoint().isEmpty()) return; // a directory
              String check = "origin " + name;
              OriginCredentials credentials = named.of(name.text(), origin.s3());
              try (var _ = new S3Origin(name.text(), origin.s3(), credentials, counted, clock)) {
                found.add(signing(check, origin.s3().endpoint(), credentials));
              } catch (StoreFailure e) {
                found.add(
                    Diagnosis.failed(
                        check, String.valueOf(e.getMessage()), "see docs/near-cache.md"));
              }
            });
    return found;
  }

  private static Diagnosis signing(String check, String endpoint, OriginCredentials credentials) {
    boolean signed = !credentials.keys().equals(OriginKeys.NONE);
    String how =
        "requests to %s are %s".formatted(endpoint, NamedCredentials.described(credentials));
    return signed
        ? Diagnosis.ok(check, how)
        : Diagnosis.warning(check, how, "give keys, unless its buckets are public");
  }
}
