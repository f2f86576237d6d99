package io.tarn.signature;

import java.time.Duration;
import java.util.Set;

/// Which signatures are accepted.
///
/// - `service`: what they must be for
/// - `region`: this node's region, which is told to whoever names a wrong one
/// - `otherRegions`: region names accepted besides
/// - `anyRegion`: accept every region name; the signature binds it all the same
/// - `patience`: how far a request's time may be from ours
/// - `keptKeys`: derived signing keys to keep in memory
/// - `presignedV2`: accept URLs presigned with Signature Version 2
public record SigningRules(
    Service service,
    String region,
    Set<String> otherRegions,
    boolean anyRegion,
    Duration patience,
    int keptKeys,
    boolean presignedV2) {
  public SigningRules {
    otherRegions = Set.copyOf(otherRegions);
  }

  public static SigningRules of(String region) {
    return of(Service.S3, region);
  }

  public static SigningRules of(Service service, String region) {
    return new SigningRules(
        service, region, Set.of("us-east-1"), false, Duration.ofMinutes(15), 4096, false);
  }

  boolean accepts(String name) {
    return anyRegion || name.equals(region) || otherRegions.contains(name);
  }
}
