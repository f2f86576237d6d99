package io.tarn.gateway;

import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// How the S3 front end behaves.
public record GatewaySettings(
    @Setting(
            value =
                "The name of this server's region. Not given, it is `us-east-1`, and every other is"
                    + " good as well, as with `any-region`: clients need not be told of it.",
            fallback = "",
            alias = {"TARN_REGION", "MINIO_SITE_REGION", "MINIO_REGION"},
            flag = "region")
        String region,
    @Setting(
            value =
                "Host names below which the first label is a bucket (virtual-host style), as in"
                    + " `bucket.s3.example.org` with `s3.example.org`. Any other host is addressed"
                    + " by path.",
            fallback = "",
            alias = {"MINIO_DOMAIN"})
        List<String> domains,
    @Setting(
            value =
                "Further names of the region: signatures may be made for them, and buckets asked"
                    + " for in them.",
            fallback = "us-east-1,default")
        List<String> otherRegions,
    @Setting(
            value =
                "Accept signatures made for any region, and make buckets in any that is asked for."
                    + " The name is part of the signature either way. On where no region is given.",
            fallback = "false")
        boolean anyRegion,
    @Setting(value = "How far the clock of a client may be from this server's.", fallback = "15m")
        Duration clockSkew,
    @Setting(
            value =
                "Accept URLs presigned with Signature Version 2, as boto3 and version 1 of the AWS"
                    + " command line make them for any endpoint but Amazon's unless told otherwise."
                    + " It signs neither the host nor all of the query (a list's prefix, say): new"
                    + " clients use Version 4. Version 2 in a header is never accepted.",
            fallback = "true")
        boolean presignedV2,
    @Setting(
            value =
                "What a grant to everyone, or to everyone with credentials, in an access control"
                    + " list does (`x-amz-acl: public-read` and its like). `ignore`: it is kept and"
                    + " shown, and opens nothing. `refuse`: who asks for it gets `AccessDenied`,"
                    + " and what was kept before opens nothing. `allow`: it opens the bucket or"
                    + " object, and so does what was kept before. Bucket policies open buckets"
                    + " either way.",
            fallback = "ignore")
        PublicAcls publicAcls,
    @Setting(
            value =
                "Most requests carried out at once, of one client three quarters; beyond it,"
                    + " `SlowDown`. One whose head is longer counts once for each 4 KiB of it.",
            fallback = "4096")
        int maxRequests,
    @Setting(
            value =
                "Steps that deciding on one request may take, of all its keys together; beyond it"
                    + " the answer is no. About one for each character that policies have"
                    + " compared.",
            fallback = "20000000")
        int policyEffort,
    @Setting(
            value =
                "Memory in which large bodies are gathered into blocks on their way to the disk, of"
                    + " all requests together; where it is used up they go on in small pieces.",
            fallback = "64 MiB")
        DataSize bodyBlocks,
    @Setting("Documents that requests bring along: keys to delete, parts to complete, policies.")
        Documents documents,
    @Setting("Work of which only so much goes on at once, of one client three quarters of it.")
        Turns turns) {
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

  public GatewaySettings {
    if (region.isEmpty()) {
      region = "us-east-1";
      anyRegion = true;
    }
    domains = List.copyOf(domains);
    otherRegions = List.copyOf(otherRegions);
    if (region.isBlank()) throw new IllegalArgumentException("region must not be empty");
    if (maxRequests < 1) throw new IllegalArgumentException("max-requests must be at least 1");
    for (String domain : domains) {
      if (!domain.equals(domain.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("domains are written in lower case: " + domain);
      }
    }
  }

  public record Documents(
      @Setting(
              value =
                  "Memory for all of them together, taken as they arrive; one client may have three"
                      + " quarters of it. Beyond that, `SlowDown`.",
              fallback = "32 MiB")
          DataSize memory,
      @Setting(
              value = "Time in which one must have come whole; beyond it, `RequestTimeout`.",
              fallback = "30s")
          Duration time) {
    public static final Documents DEFAULTS = Settings.defaults(Documents.class);

    public Documents {
      if (memory.bytes() < 2 * RequestBodies.LARGE) {
        throw new IllegalArgumentException("documents.memory must be at least 8 MiB");
      }
      if (!time.isPositive()) {
        throw new IllegalArgumentException("documents.time must be longer than nothing");
      }
    }
  }

  /// Whether a bucket may be asked for in this region.
  boolean hasRegion(String name) {
    return anyRegion
        ? REGION.matcher(name).matches()
        : name.equals(region) || otherRegions.contains(name);
  }

  public record Turns(
      @Setting(value = "Pages of listings that are being made.", fallback = "32") int listings,
      @Setting(value = "Keys of multi-object deletes that are being deleted.", fallback = "512")
          int deletions,
      @Setting(value = "How long one waits for its turn; then it is `SlowDown`.", fallback = "10s")
          Duration patience) {
    public static final Turns DEFAULTS = Settings.defaults(Turns.class);

    public Turns {
      if (listings < 1 || deletions < 1) {
        throw new IllegalArgumentException("turns.listings and turns.deletions are at least 1");
      }
      if (patience.isNegative()) {
        throw new IllegalArgumentException("turns.patience cannot be negative");
      }
    }
  }
}
