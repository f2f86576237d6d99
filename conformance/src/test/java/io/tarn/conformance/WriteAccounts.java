package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// An account of what clients wrote to a bucket. Each state of a key has a number, which its body
/// begins with; each ninth is that it is deleted. One writer at a time has a key.
final class WriteAccounts {
  private final String bucket;
  private final IntUnaryOperator length;
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();

  /// - `length`: of the body of a state, roughly
  WriteAccounts(String bucket, IntUnaryOperator length) {
    this.bucket = bucket;
    this.length = length;
  }

  /// What is known of a key: the last state that was acknowledged, and the last that was attempted.
  private static final class Account {
    volatile int acknowledged;
    volatile int attempted;

    @Override
    public String toString() {
      return "acknowledged %d, attempted %d".formatted(acknowledged, attempted);
    }

    static boolean isDelete(int state) {
      return state % 9 == 0;
    }

    /// `state` is 0 where nothing is there.
    boolean mayBe(int state) {
      if (state != 0) return state >= acknowledged && state <= attempted;
      for (int each = acknowledged; each <= attempted; each++) {
        if (isDelete(each)) return true;
      }
      return false;
    }
  }

  int keys() {
    return accounts.size();
  }

  private String body(int state) {
    return state + ":" + "x".repeat(length.applyAsInt(state));
  }

  /// Makes the next state of a key. Fails as the client does.
  void write(S3Client client, String key) {
    Account account = accounts.computeIfAbsent(key, _ -> new Account());
    int state = account.attempted + 1;
    account.attempted = state;
    if (Account.isDelete(state)) {
      client.deleteObject(r -> r.bucket(bucket).key(key));
    } else {
      client.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(body(state)));
    }
    account.acknowledged = state;
  }

  /// The state of a key that a server has; 0 where it has none.
  int state(S3Client client, String key) {
    try {
      String text =
          client.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asString(StandardCharsets.UTF_8);
      int state = Integer.parseInt(text.substring(0, text.indexOf(':')));
      assertThat(text).isEqualTo(body(state));
      return state;
    } catch (NoSuchKeyException e) {
      return 0;
    } catch (S3Exception e) {
      Account account = accounts.get(key);
      throw new AssertionError("%s cannot be read, %s".formatted(key, account), e);
    }
  }

  /// What a server has is what was acknowledged last, or attempted since; and from now on it is
  /// what is there.
  void check(S3Client client, String when) {
    accounts.forEach(
        (key, account) -> {
          int state = state(client, key);
          assertThat(account.mayBe(state))
              .as(
                  "%s: %s is %d, acknowledged %d, attempted %d",
                  when, key, state, account.acknowledged, account.attempted)
              .isTrue();
          account.acknowledged = Math.max(state, account.acknowledged);
        });
  }

  /// Likewise, of keys of which something was acknowledged: of others the origin has to be asked.
  void checkAcknowledged(S3Client client, String when) {
    accounts.forEach(
        (key, account) -> {
          if (account.acknowledged == 0) return;
          int state = state(client, key);
          assertThat(account.mayBe(state))
              .as("%s: %s is %d, %s", when, key, state, account)
              .isTrue();
        });
  }

  /// Waits until nothing is queued of the bucket any more.
  void sync(ServerProcess near) throws IOException {
    for (int i = 0; ; i++) {
      String left = near.admin("POST", "cache/%s/sync".formatted(bucket), "{}");
      if (left.contains("\"writes\" : 0")) return;
      assertThat(i).as(left).isLessThan(60);
    }
  }

  /// Two servers have the same.
  void checkSame(S3Client one, S3Client other) {
    for (String key : accounts.keySet()) {
      assertThat(state(one, key)).as(key).isEqualTo(state(other, key));
    }
  }
}
