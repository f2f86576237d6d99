package io.tarn.identity;

import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import java.util.List;
import java.util.Map;

/// Two tenants, a bucket of the first, and short ways to write policies.
final class Fixtures {
  static final Account OURS = new Account(new TenantId("a".repeat(64)), "111111111111");
  static final Account THEIRS = new Account(new TenantId("b".repeat(64)), "222222222222");
  static final BucketName BUCKET = new BucketName("box");

  private Fixtures() {}

  static Demand get(String key) {
    return demand(Action.GET_OBJECT, key);
  }

  /// On the bucket of the first tenant, or on a key in it, where one is given.
  static Demand demand(Action action, String key) {
    return key.isEmpty()
        ? new Demand.OnBucket(action, BUCKET)
        : new Demand.OnObject(action, BUCKET, new Key(key), Version.LATEST);
  }

  /// What is decided of what the first tenant owns.
  static Decision decide(Caller caller, Demand demand, ConditionContext context, Policy policy) {
    return Authorizer.decide(caller, demand, context, Rules.of(OURS.tenant(), policy));
  }

  static Authorizer.Settled settle(
      Caller caller, Demand demand, ConditionContext context, Policy policy) {
    return Authorizer.settle(caller, demand, context, Rules.of(OURS.tenant(), policy));
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
