package io.tarn.identity;

import io.tarn.store.BucketName;
import io.tarn.store.TenantId;
import java.util.List;
import java.util.Map;

/// Two tenants, a bucket of the first, and short ways to write policies.
final class Fixtures {
  static final Account OURS = new Account(new TenantId("a".repeat(64)), "111111111111");
  static final Account THEIRS = new Account(new TenantId("b".repeat(64)), "222222222222");
  static final BucketName BUCKET = new BucketName("box");

  private Fixtures() {}

  static Demand get(String key) {
    return new Demand(Action.GET_OBJECT, "box", key, OURS.tenant());
  }

  static Policy bucketPolicy(String... statements) {
    return Policy.ofBucket(document(statements), BUCKET);
  }

  static Policy userPolicy(String... statements) {
    return Policy.ofIdentity(document(statements), "test");
  }

  static Caller.User user(Account account, String name, Policy... policies) {
    String id = "AIDA" + name + account.number().substring(8);
    return new Caller.User(account, name, id, "AK" + name, List.of(policies), Policy.EVERYTHING);
  }

  /// Single quotes stand for double ones.
  static String document(String... statements) {
    return "{'Version':'2012-10-17','Statement':[%s]}"
        .formatted(String.join(",", statements))
        .replace('\'', '"');
  }

  /// Keys as policies spell them.
  static ConditionContext context(Map<String, List<String>> values) {
    return key -> values.getOrDefault(key.toString(), List.of());
  }
}
