package io.tarn.console;

import static io.tarn.console.RunningConsole.ROOT;

import io.tarn.catalog.KeyPair;
import io.tarn.catalog.Owner;
import io.tarn.catalog.Tenant;
import io.tarn.console.RunningConsole.Answer;
import io.tarn.settings.Secret;
import io.tarn.store.TenantId;
import java.util.List;

/// People of a running console, in its first tenant and in another, `other`, whose root's key is
/// `other-root`. All have the same secret. Single quotes stand for double ones in what is sent.
record Staff(RunningConsole console, TenantId first, TenantId other) {
  static final String SECRET = "secretsecret";

  Staff(RunningConsole console) {
    this(
        console,
        console.catalog.find(ROOT).orElseThrow().caller().tenant(),
        console.catalog.tenants().create(new Tenant.Profile("other")).id());
    KeyPair _ = console.catalog.accessKeys().create(Owner.root(other), pair("other-root"));
  }

  /// A user with a key of the same name.
  String user(TenantId tenant, String name, List<String> policies) {
    console.catalog.users().create(tenant, name);
    for (String policy : policies) console.catalog.users().attach(tenant, name, policy);
    KeyPair _ = console.catalog.accessKeys().create(new Owner(tenant, name), pair(name));
    return name;
  }

  /// A policy of one statement that allows what `inside` says.
  String policy(TenantId tenant, String name, String inside) {
    console.catalog.policies().put(tenant, name, allowing(inside));
    return name;
  }

  static String allowing(String inside) {
    return json("{'Version':'2012-10-17','Statement':[{'Effect':'Allow'," + inside + "}]}");
  }

  static String denial() {
    return json("{'Statement':{'Effect':'Deny','Action':'s3:GetObject','Resource':'*'}}");
  }

  static KeyPair pair(String key) {
    return new KeyPair(key, Secret.of(SECRET));
  }

  static String json(String text) {
    return text.replace('\'', '"');
  }

  Answer by(String key, String method, String target, String body) {
    return console.signed(key, SECRET, method, "/admin/v1/" + target, json(body));
  }
}
