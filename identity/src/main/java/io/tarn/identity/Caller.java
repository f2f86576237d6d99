package io.tarn.identity;

import io.tarn.store.TenantId;
import java.util.List;

/// Who calls, as far as it was proved. What is not known about a caller never allows anything.
public sealed interface Caller {
  /// The caller without credentials.
  static Caller anonymous() {
    return new Anonymous();
  }

  Account account();

  /// `arn:aws:iam::<account number>:root` or `…:user/<name>`; empty for the anonymous caller.
  String arn();

  /// The access key that signed; empty for the anonymous caller. An identifier, not a secret.
  String accessKey();

  /// The tenant whose buckets this caller makes and lists.
  default TenantId tenant() {
    return account().tenant();
  }

  /// No credentials were given: only what a bucket policy grants to everyone.
  record Anonymous() implements Caller {
    @Override
    public Account account() {
      return Account.ANONYMOUS;
    }

    @Override
    public String arn() {
      return "";
    }

    @Override
    public String accessKey() {
      return "";
    }
  }

  /// The owner of a tenant: may do everything with what the tenant owns that no bucket policy
  /// denies.
  record Root(Account account, String accessKey, String arn) implements Caller {
    public Root(Account account, String accessKey) {
      this(account, accessKey, "arn:aws:iam::" + account.number() + ":root");
    }
  }

  /// A user of a tenant: may do what `policies` allow, and through a key made for less never more
  /// than its `ceiling` ([Policy#EVERYTHING] when the key has none). `id` is nobody else's and
  /// never was; empty where no more than the name is known.
  record User(
      Account account,
      String name,
      String id,
      String accessKey,
      List<Policy> policies,
      Policy ceiling)
      implements Caller {
    public User {
      policies = List.copyOf(policies);
      if (name.isEmpty()) throw new IllegalArgumentException("a user without a name");
    }

    public User(Account account, String name, String accessKey, List<Policy> policies) {
      this(account, name, "", accessKey, policies, Policy.EVERYTHING);
    }

    @Override
    public String arn() {
      return "arn:aws:iam::" + account.number() + ":user/" + name;
    }
  }
}
