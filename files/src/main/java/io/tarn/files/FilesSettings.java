package io.tarn.files;

import io.tarn.settings.Address;
import io.tarn.settings.Secret;
import io.tarn.settings.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The files API.
public record FilesSettings(
    @Setting(
            value =
                "Where the files API is served, usually `:10999`; nowhere by default. On an address"
                    + " of this machine only, such as `127.0.0.1:10999`, it is open to whoever is"
                    + " on it, unless there is a token.",
            fallback = "",
            flag = {"files-address"})
        @Nullable Address address,
    @Setting(
            value =
                "Token of the files API: clients send `Authorization: Bearer` with it, or sign with"
                    + " an access key. An address that other machines reach wants one. 16"
                    + " characters or more.",
            fallback = "")
        Secret token,
    @Setting(
            value =
                "Where files of level 1 and 2 go, and are fetched from: ORIGIN:BUCKET or"
                    + " ORIGIN:BUCKET/PREFIX, an origin of these settings. Without one, only level"
                    + " 0 is taken.",
            fallback = "")
        String origin,
    @Setting(
            value = "Most requests of the files API at once, of one client three quarters.",
            fallback = "256")
        int maxRequests,
    @Setting(
            value =
                "How long a request waits for another one that is at work on the same file, such as"
                    + " for one that fetches it.",
            fallback = "60s")
        Duration patience,
    @Setting(
            value =
                "Most files of which it is not known whether they came to the origin; then no more"
                    + " are taken for it.",
            fallback = "64")
        int mostUnsettled) {
  private static final int SHORTEST_TOKEN = 16;

  public FilesSettings {
    if (!token.isEmpty() && token.reveal().length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException("files.token has 16 characters or more");
    }
    if (maxRequests < 1 || mostUnsettled < 1) {
      throw new IllegalArgumentException("files.max-requests and most-unsettled are at least 1");
    }
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("files.patience must be longer than nothing");
    }
  }
}
