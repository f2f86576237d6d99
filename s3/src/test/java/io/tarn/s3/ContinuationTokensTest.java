package io.tarn.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.ListFrom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ContinuationTokensTest {
  /// Of bucket 7, prefix `p/`, delimiter `/`: past the group `p/a/`.
  private static final String FIRST_LAYOUT = "AQEAAAAAAAAAB9QX0gq8LZLGcC9hLyObZLrQ1zuYoExA0A";

  private static final byte[] SECRET = new byte[32];

  static {
    for (int i = 0; i < SECRET.length; i++) SECRET[i] = (byte) i;
  }

  private final ContinuationTokens tokens = new ContinuationTokens(SECRET);
  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  @Test
  void a_token_of_the_first_layout_is_served_and_made_where_there_is_no_scan() {
    var from = new ListFrom.PastGroup("p/a/");
    assertThat(tokens.open(FIRST_LAYOUT, 7, "p/", "/")).isEqualTo(from);
    assertThat(tokens.seal(7, "p/", "/", from)).isEqualTo(FIRST_LAYOUT);
  }

  @Test
  void what_is_sealed_is_opened_with_its_scan() {
    for (int round = 0; round < 2000; round++) {
      String position = text();
      String scan = random.nextBoolean() ? "" : scan(1 + random.nextInt(ListFrom.MAX_SCAN));
      ListFrom from =
          random.nextBoolean()
              ? new ListFrom.After(position, scan)
              : new ListFrom.PastGroup(position, scan);
      long bucket = random.nextLong();
      String prefix = text();
      String delimiter = text();
      String token = tokens.seal(bucket, prefix, delimiter, from);
      assertThat(tokens.open(token, bucket, prefix, delimiter)).as("seed %d", seed).isEqualTo(from);
      assertThat(tokens.open(token, bucket, prefix + "x", delimiter))
          .as("seed %d", seed)
          .isEqualTo(new ListFrom.After(position));
      refused(token, bucket + 1);
    }
  }

  @Test
  void a_token_that_was_changed_is_refused() {
    for (String scan : new String[] {"", "scan-1"}) {
      byte[] token = decoded(tokens.seal(7, "p/", "/", new ListFrom.PastGroup("p/a/", scan)));
      for (int bit = 0; bit < 8 * token.length; bit++) {
        byte[] changed = token.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        refused(encoded(changed), 7);
      }
      for (int length = 0; length < token.length; length++) {
        refused(encoded(Arrays.copyOf(token, length)), 7);
      }
    }
    refused("no token!", 7);
  }

  @Test
  void a_token_of_a_version_to_come_is_refused() throws Exception {
    byte[] token = decoded(FIRST_LAYOUT);
    for (int version = 0; version < 256; version++) {
      token[0] = (byte) version;
      byte[] sealed = sealed(token);
      if (version == 1) {
        assertThat(encoded(sealed)).isEqualTo(FIRST_LAYOUT);
      } else if (version != 2) {
        refused(encoded(sealed), 7);
      }
    }
  }

  @Test
  void what_a_scan_is_called_is_bounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListFrom.After("", scan(ListFrom.MAX_SCAN + 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new ListFrom.PastGroup("", "é"));
    assertThat(tokens.seal(7, "", "", new ListFrom.After("k".repeat(1024), scan(1024))))
        .hasSizeLessThan(3000);
  }

  private void refused(String token, long bucket) {
    S3Failure failure =
        catchThrowableOfType(S3Failure.class, () -> tokens.open(token, bucket, "p/", "/"));
    assertThat(failure).as("seed %d, %s", seed, token).isNotNull();
    assertThat(failure.error()).isEqualTo(S3Error.INVALID_ARGUMENT);
    assertThat(failure).hasMessage("The continuation token provided is incorrect");
  }

  private static byte[] sealed(byte[] token) throws Exception {
    byte[] sealed = token.clone();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    mac.update(sealed, 0, sealed.length - 12);
    System.arraycopy(mac.doFinal(), 0, sealed, sealed.length - 12, 12);
    return sealed;
  }

  private static byte[] decoded(String token) {
    return Base64.getUrlDecoder().decode(token);
  }

  private static String encoded(byte[] token) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  private String text() {
    return random
        .ints(random.nextInt(40), 0, 0x11000)
        .filter(c -> c < 0xD800 || c > 0xDFFF)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private String scan(int length) {
    return random
        .ints(length, '!', 0x7f)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
