package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Capability;
import io.tarn.store.DocumentKind;
import io.tarn.store.Home;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Rows outlive the program that wrote them: the bytes of those of buckets are pinned here. A
/// change of one of these needs a new format number and a reader of the old.
class BucketRowsFormatTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final TenantId OWNER = new TenantId("anna");
  private static final Home LINK =
      new Home.Linked(
          "origin", "Bucket", "pg/", EnumSet.of(Capability.MULTIPART_UPLOADS, Capability.VERSIONS));
  private static final BucketRow OWN = at(Home.OWN);

  private static BucketRow at(Home home) {
    return new BucketRow(42, false, Versioning.SUSPENDED, OWNER, "eu", TIME, home);
  }

  private static void pinned(byte[] row, String hex) {
    assertThat(HexFormat.of().formatHex(row)).isEqualTo(hex.replace(" ", ""));
  }

  private static byte[] row(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @Test
  void the_bytes_of_rows_stay_what_they_are() {
    String bucket = "00 02 2a fb d0 95 ff bc 31 04 616e6e61 02 6575";
    pinned(OWN.toRow(), "15" + bucket + "00");
    String link = "06 6f726967696e 06 4275636b6574 03 70672f";
    pinned(at(LINK).toRow(), "15" + bucket + "01" + link + "02 01 06");
    pinned(at(new Home.OtherRegion()).toRow(), "15" + bucket + "02");
    pinned(BucketDocuments.toRow("ü"), "14 c3bc");
    assertThat(BucketDocuments.ofRow(row("14 c3bc"))).isEqualTo("ü");
    pinned(BucketKeys.document(258, DocumentKind.ACL).bytes(), "53 0000000000000102 08");
    pinned(BucketKeys.holding(OWNER, "box").bytes(), "48 0004 616e6e61 626f78");
  }

  @Test
  void rows_from_before_buckets_had_homes_are_of_own_ones() {
    String bucket = "00 02 2a fb d0 95 ff bc 31 04 616e6e61 02 6575";
    assertThat(BucketRow.ofRow(row("0f" + bucket))).isEqualTo(OWN);
    assertThat(BucketRow.isHeld(row("0f" + bucket))).isTrue();
    assertThat(BucketRow.ofRow(row("03" + bucket))).isEqualTo(OWN);
    assertThat(BucketRow.isHeld(row("03" + bucket))).isFalse();
  }

  /// Kinds may get other names, and stand in another order: their rows stay where they are.
  @Test
  void the_codes_of_documents_stay_what_they_are() {
    List<String> codes = new ArrayList<>();
    for (DocumentKind kind : DocumentKind.values()) {
      codes.add(kind + "=" + BucketCodes.of(kind));
      assertThat(BucketCodes.documentKind(BucketCodes.of(kind))).contains(kind);
    }
    assertThat(codes)
        .contains(
            "POLICY=1", "TAGGING=2", "CORS=3", "LIFECYCLE=4", "ENCRYPTION=5", "NOTIFICATION=6")
        .contains("OBJECT_LOCK=7", "ACL=8", "OWNERSHIP=9", "PUBLIC_ACCESS_BLOCK=10")
        .contains("WEBSITE=11", "LOGGING=12", "CACHE_PINS=13", "LINK=14");
    for (int unknown : new int[] {0, 200, 255}) {
      assertThat(BucketCodes.documentKind(unknown)).isEmpty();
    }
  }

  @Test
  void rows_are_read_as_they_were_written() {
    for (Home home : List.of(Home.OWN, LINK, new Home.OtherRegion())) {
      assertThat(BucketRow.ofRow(at(home).toRow())).isEqualTo(at(home));
    }
    for (Capability capability : Capability.values()) {
      assertThat(BucketCodes.capability(BucketCodes.of(capability))).isEqualTo(capability);
    }
  }

  @Test
  void a_damaged_row_is_corrupt_and_nothing_else() {
    long seed = 1;
    var random = new SplittableRandom(seed);
    for (byte[] row : List.of(OWN.toRow(), at(LINK).toRow())) {
      for (int round = 0; round < 1000; round++) {
        byte[] damaged = Arrays.copyOf(row, 1 + random.nextInt(row.length));
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        try {
          BucketRow read = BucketRow.ofRow(damaged);
          assertThat(BucketRow.ofRow(read.toRow())).as("seed %d", seed).isEqualTo(read);
        } catch (StoreFailure.Corrupt e) {
          assertThat(e).hasMessageNotContaining("null");
        }
      }
    }
  }
}
