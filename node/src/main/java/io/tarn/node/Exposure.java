package io.tarn.node;

import io.tarn.catalog.KeyPair;
import io.tarn.settings.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Whether who tries the passwords that everybody tries first gets in from another machine.
final class Exposure {
  static final String ADVICE =
      "start with a TARN_ROOT_PASSWORD (or MINIO_ROOT_PASSWORD) of your own, such as `openssl rand"
          + " -hex 20` makes";

  /// Of servers, of their documentation and of examples; shorter ones than 8 are refused anyway.
  private static final Set<String> TRIED_FIRST =
      Set.of(
          "minioadmin",
          "minio123",
          "miniosecret",
          "minio-secret-key",
          "miniopassword",
          "rustfsadmin",
          "tarnadmin",
          "tarntarn",
          "tarn1234",
          "tarnpassword",
          "password",
          "password1",
          "password123",
          "passw0rd",
          "p@ssw0rd",
          "admin123",
          "admin1234",
          "adminadmin",
          "adminpassword",
          "administrator",
          "rootroot",
          "rootpassword",
          "changeme",
          "changeme123",
          "change-me",
          "change_me",
          "changeit",
          "please-change-me",
          "secretkey",
          "secret-key",
          "secret_key",
          "secret123",
          "supersecret",
          "accesskey",
          "mysecretkey",
          "mypassword",
          "yourpassword",
          "your-secret-key",
          "testtest",
          "test1234",
          "testpassword",
          "12345678",
          "123456789",
          "1234567890",
          "qwertyuiop",
          "qwerty123",
          "letmein1",
          "iloveyou",
          "welcome1",
          "wjalrxutnfemi/k7mdeng/bpxrficyexamplekey");

  private Exposure() {}

  static boolean isTriedFirst(String accessKey, Secret secret) {
    String text = secret.reveal();
    return text.equalsIgnoreCase(accessKey) || TRIED_FIRST.contains(text.toLowerCase(Locale.ROOT));
  }

  /// What is wrong with these keys of a root at these addresses; empty when nothing is. Names no
  /// secret.
  static Optional<String> of(TarnConfig config, KeyPair root) {
    if (!isTriedFirst(root.accessKey(), root.secret())) return Optional.empty();
    List<String> open = new ArrayList<>();
    if (Reach.of(config.http().listen()) == Reach.NETWORK) open.add("S3");
    if (Reach.of(config.consoleAddress()) == Reach.NETWORK) open.add("the admin API");
    if (open.isEmpty()) return Optional.empty();
    return Optional.of(
        "the root's secret key is one that everybody tries first, and other machines can reach "
            + String.join(" and ", open));
  }
}
