package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.catalog.Refused.Why;
import io.tarn.catalog.RootCredentials.Origin;
import io.tarn.identity.Authorizer;
import io.tarn.identity.Caller;
import io.tarn.identity.ConditionContext;
import io.tarn.identity.Demand;
import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Rules;
import io.tarn.meta.Batch;
import io.tarn.meta.KeyRange;
import io.tarn.meta.MemoryMetaStore;
import io.tarn.meta.MetaKey;
import io.tarn.meta.MetaSettings;
import io.tarn.meta.MetaStore;
import io.tarn.meta.Op;
import io.tarn.meta.RocksMetaStore;
import io.tarn.settings.Secret;
import io.tarn.settings.Settings;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.TenantId;
import io.tarn.store.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {
  private static final String READ_BOX =
      """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
       "Resource":"arn:aws:s3:::box/*"}}\
      """;

  @TempDir Path directory;

  private static TenantId first(Catalog catalog) {
    return catalog.tenants().named("default").orElseThrow().id();
  }

  private static boolean mayRead(Catalog catalog, String accessKey) {
    Caller caller = catalog.find(accessKey).orElseThrow().caller();
    var demand = Demand.toRead(new BucketName("box"), new Key("k"), Version.LATEST);
    return Authorizer.decide(caller, demand, ConditionContext.NONE, Rules.of(caller.tenant()))
        .allowed();
  }

  private static void refused(Why why, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.why()).isEqualTo(why));
  }

  @Test
  void the_first_start_makes_a_root_that_later_starts_keep() {
    var fixture = Fixture.inMemory(directory);
    RootCredentials made = fixture.open(Fixture.DEFAULTS).bootstrap();
    assertThat(made.origin()).isEqualTo(Origin.GENERATED);
    assertThat(made.pair().accessKey()).hasSize(20);
    assertThat(made.pair().secret().reveal()).hasSize(40);
    assertThat(made.tenant().id().text()).matches("[0-9a-f]{64}");
    assertThat(made.tenant().number()).matches("[1-9][0-9]{11}");
    Catalog again = fixture.open(Fixture.DEFAULTS);
    RootCredentials kept = again.bootstrap();
    assertThat(kept.origin()).isEqualTo(Origin.STORED);
    assertThat(kept.pair()).isEqualTo(made.pair());
    Credential credential = again.find(made.pair().accessKey()).orElseThrow();
    assertThat(credential.secret()).isEqualTo(made.pair().secret());
    assertThat(credential.caller())
        .isEqualTo(new Caller.Root(made.tenant().account(), made.pair().accessKey()));
  }

  @Test
  void the_settings_replace_the_root_and_the_old_key_is_gone() {
    var fixture = Fixture.inMemory(directory);
    Catalog given = fixture.open(Fixture.root("minioadmin", "minioadmin"));
    RootCredentials first = given.bootstrap();
    assertThat(first.origin()).isEqualTo(Origin.GIVEN);
    assertThat(given.bootstrap().origin()).isEqualTo(Origin.STORED);
    Catalog changed = fixture.open(Fixture.root("minioadmin", "another-secret"));
    assertThat(changed.bootstrap().origin()).isEqualTo(Origin.REPLACED);
    assertThat(changed.find("minioadmin").orElseThrow().secret())
        .isEqualTo(Secret.of("another-secret"));
    Catalog renamed = fixture.open(Fixture.root("chief", "another-secret"));
    RootCredentials last = renamed.bootstrap();
    assertThat(last.origin()).isEqualTo(Origin.REPLACED);
    assertThat(last.tenant()).isEqualTo(first.tenant());
    assertThat(renamed.find("minioadmin")).isEmpty();
    assertThat(renamed.find("chief")).isPresent();
    assertThat(fixture.open(Fixture.DEFAULTS).bootstrap().pair().accessKey()).isEqualTo("chief");
    assertThat(renamed.accessKeys().list(Owner.root(first.tenant().id())))
        .extracting(AccessKey::id)
        .containsExactly("chief");
  }

  @Test
  void the_settings_do_not_take_over_a_users_key() {
    var fixture = Fixture.inMemory(directory);
    Catalog catalog = fixture.start();
    User bob = catalog.users().create(first(catalog), "bob");
    KeyPair pair =
        catalog
            .accessKeys()
            .create(new Owner(bob.tenant(), "bob"), new KeyPair("bobskey", Secret.NONE));
    assertThat(pair.accessKey()).isEqualTo("bobskey");
    refused(Why.TAKEN, () -> fixture.open(Fixture.root("bobskey", "12345678")).bootstrap());
  }

  @Test
  void a_user_may_do_what_the_attached_policies_say_and_the_next_request_knows() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    User _ = catalog.users().create(tenant, "bob");
    var owner = new Owner(tenant, "bob");
    KeyPair pair = catalog.accessKeys().create(owner, KeyPair.GENERATED);
    assertThat(catalog.find(pair.accessKey()).orElseThrow().secret()).isEqualTo(pair.secret());
    assertThat(mayRead(catalog, pair.accessKey())).isFalse();
    catalog.policies().put(tenant, "box", READ_BOX);
    assertThat(catalog.users().attach(tenant, "bob", "box").policies()).containsExactly("box");
    assertThat(mayRead(catalog, pair.accessKey())).isTrue();
    catalog.policies().put(tenant, "box", READ_BOX.replace("Allow", "Deny"));
    assertThat(mayRead(catalog, pair.accessKey())).isFalse();
    assertThat(catalog.users().attach(tenant, "bob", "readonly").policies()).hasSize(2);
    assertThat(mayRead(catalog, pair.accessKey())).isFalse();
    assertThat(catalog.users().detach(tenant, "bob", "box").policies()).containsExactly("readonly");
    assertThat(mayRead(catalog, pair.accessKey())).isTrue();
  }

  @Test
  void disabling_and_deleting_take_effect_with_the_next_request() {
    Catalog catalog = Fixture.inMemory(directory).start();
    Tenant tenant = catalog.tenants().create(new Tenant.Profile("main", "Main", "m@example.org"));
    User _ = catalog.users().create(tenant.id(), "bob");
    var owner = new Owner(tenant.id(), "bob");
    String key = catalog.accessKeys().create(owner, KeyPair.GENERATED).accessKey();
    assertThat(catalog.find(key)).isPresent();

    assertThat(catalog.accessKeys().setEnabled(key, false).enabled()).isFalse();
    assertThat(catalog.find(key)).isEmpty();
    assertThat(catalog.accessKeys().setEnabled(key, true).enabled()).isTrue();
    assertThat(catalog.find(key)).isPresent();

    assertThat(catalog.users().setEnabled(tenant.id(), "bob", false).enabled()).isFalse();
    assertThat(catalog.find(key)).isEmpty();
    assertThat(catalog.users().setEnabled(tenant.id(), "bob", true).enabled()).isTrue();

    assertThat(catalog.tenants().setEnabled(tenant.id(), false).enabled()).isFalse();
    assertThat(catalog.find(key)).isEmpty();
    assertThat(catalog.tenant(tenant.id()).orElseThrow().enabled()).isFalse();
    assertThat(catalog.tenants().setEnabled(tenant.id(), true).enabled()).isTrue();
    assertThat(catalog.find(key)).isPresent();

    catalog.accessKeys().delete(key);
    assertThat(catalog.find(key)).isEmpty();
    String other = catalog.accessKeys().create(owner, KeyPair.GENERATED).accessKey();
    catalog.users().delete(tenant.id(), "bob");
    assertThat(catalog.find(other)).isEmpty();
    assertThat(catalog.accessKeys().find(other)).isEmpty();
    assertThat(catalog.accessKeys().list(owner)).isEmpty();
  }

  @Test
  void a_key_that_was_unknown_is_known_once_it_is_made() {
    Catalog catalog = Fixture.inMemory(directory).start();
    assertThat(catalog.find("later")).isEmpty();
    KeyPair pair =
        catalog
            .accessKeys()
            .create(Owner.root(first(catalog)), new KeyPair("later", Secret.of("12345678")));
    assertThat(catalog.find("later").orElseThrow().secret()).isEqualTo(pair.secret());
  }

  @Test
  void answers_come_from_memory() {
    var fixture = new Fixture(MemoryMetaStore.withoutFeed(), directory);
    Catalog catalog = fixture.start();
    String key = catalog.accessKeys().list(Owner.root(first(catalog))).getFirst().id();
    Credential read = catalog.find(key).orElseThrow();
    assertThat(catalog.find("unknown")).isEmpty();
    fixture.store().close();
    assertThat(catalog.find(key).orElseThrow()).isSameAs(read);
    assertThat(catalog.find("unknown")).isEmpty();
    assertThat(catalog.find("x".repeat(4000))).isEmpty();
    assertThat(catalog.find("")).isEmpty();
  }

  @Test
  void a_ceiling_takes_away_and_never_adds() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    User _ = catalog.users().create(tenant, "bob");
    var owner = new Owner(tenant, "bob");
    String all = READ_BOX.replace("s3:GetObject", "s3:*");
    String capped = catalog.accessKeys().create(owner, KeyPair.GENERATED, all).accessKey();
    assertThat(mayRead(catalog, capped)).isFalse();
    User _ = catalog.users().attach(tenant, "bob", "readwrite");
    assertThat(mayRead(catalog, capped)).isTrue();
    String write = READ_BOX.replace("s3:GetObject", "s3:PutObject");
    String writer = catalog.accessKeys().create(owner, KeyPair.GENERATED, write).accessKey();
    assertThat(mayRead(catalog, writer)).isFalse();
    refused(
        Why.INVALID, () -> catalog.accessKeys().create(Owner.root(tenant), KeyPair.GENERATED, all));
    assertThatThrownBy(() -> catalog.accessKeys().create(owner, KeyPair.GENERATED, "{}"))
        .isInstanceOf(MalformedPolicy.class);
  }

  @Test
  void what_is_in_use_stays() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    catalog.policies().put(tenant, "box", READ_BOX);
    User _ = catalog.users().create(tenant, "bob");
    User _ = catalog.users().attach(tenant, "bob", "box");
    refused(Why.IN_USE, () -> catalog.policies().delete(tenant, "box"));
    User _ = catalog.users().detach(tenant, "bob", "box");
    catalog.policies().delete(tenant, "box");
    assertThat(catalog.policies().find(tenant, "box")).isEmpty();
    String root = catalog.accessKeys().list(Owner.root(tenant)).getFirst().id();
    refused(Why.IN_USE, () -> catalog.accessKeys().delete(root));
    refused(Why.IN_USE, () -> catalog.accessKeys().setEnabled(root, false));
    refused(Why.IN_USE, () -> catalog.tenants().setEnabled(tenant, false));
  }

  @Test
  void what_is_taken_or_missing_is_refused() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    var nowhere = new TenantId("f".repeat(64));
    User _ = catalog.users().create(tenant, "bob");
    refused(Why.TAKEN, () -> catalog.users().create(tenant, "bob"));
    refused(Why.UNKNOWN, () -> catalog.users().create(nowhere, "bob"));
    refused(Why.TAKEN, () -> catalog.tenants().create(new Tenant.Profile("default")));
    refused(Why.UNKNOWN, () -> catalog.users().attach(tenant, "bob", "nothing"));
    refused(Why.UNKNOWN, () -> catalog.users().attach(tenant, "eve", "readonly"));
    refused(Why.UNKNOWN, () -> catalog.users().delete(tenant, "eve"));
    refused(Why.UNKNOWN, () -> catalog.policies().delete(tenant, "nothing"));
    refused(Why.UNKNOWN, () -> catalog.policies().put(nowhere, "box", READ_BOX));
    refused(Why.TAKEN, () -> catalog.policies().put(tenant, "readonly", READ_BOX));
    refused(Why.TAKEN, () -> catalog.policies().delete(tenant, "readonly"));
    refused(Why.UNKNOWN, () -> catalog.accessKeys().delete("nothing"));
    var eve = new Owner(tenant, "eve");
    refused(Why.UNKNOWN, () -> catalog.accessKeys().create(eve, KeyPair.GENERATED));
    var wanted = new KeyPair("one", Secret.of("12345678"));
    KeyPair _ = catalog.accessKeys().create(Owner.root(tenant), wanted);
    refused(Why.TAKEN, () -> catalog.accessKeys().create(Owner.root(tenant), wanted));
    Tenant other = catalog.tenants().create(new Tenant.Profile("other"));
    refused(
        Why.TAKEN,
        () -> catalog.tenants().change(other.id(), _ -> new Tenant.Profile("default"), null));
    assertThatThrownBy(() -> catalog.policies().put(tenant, "box", "{}"))
        .isInstanceOf(MalformedPolicy.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a b", "a\n", "ä", "a*b", "a\u0000", "${aws:username}"})
  void names_are_bounded(String name) {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    var owner = Owner.root(tenant);
    refused(Why.INVALID, () -> catalog.users().create(tenant, name));
    refused(Why.INVALID, () -> catalog.users().create(tenant, "x".repeat(65)));
    refused(Why.INVALID, () -> catalog.policies().put(tenant, name, READ_BOX));
    refused(Why.INVALID, () -> catalog.policies().put(tenant, "x".repeat(129), READ_BOX));
    String id = name.isEmpty() ? "ab" : "abc" + name;
    refused(Why.INVALID, () -> catalog.accessKeys().create(owner, new KeyPair(id, Secret.NONE)));
    var secret = Secret.of("short" + name);
    if (!name.equals("a/b") && !name.equals("a*b") && !name.startsWith("$")) {
      refused(Why.INVALID, () -> catalog.accessKeys().create(owner, new KeyPair("abc", secret)));
    }
    assertThatThrownBy(() -> new Tenant.Profile(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lists_are_paged_by_name() {
    Catalog catalog = Fixture.inMemory(directory).start();
    Tenant tenant = catalog.tenants().create(new Tenant.Profile("many"));
    for (int i = 0; i < 25; i++) {
      User _ = catalog.users().create(tenant.id(), "user%02d".formatted(i));
    }
    List<User> page = catalog.users().list(tenant.id(), "", 10);
    assertThat(page).hasSize(10);
    page = catalog.users().list(tenant.id(), page.getLast().name(), 100);
    assertThat(page).extracting(User::name).startsWith("user10").endsWith("user24").hasSize(15);
    assertThat(catalog.users().list(first(catalog), "", 10)).isEmpty();
    catalog.policies().put(tenant.id(), "mine", READ_BOX);
    assertThat(catalog.policies().list(tenant.id(), "", 100))
        .extracting(Policies.Named::name)
        .containsExactly(
            "consoleAdmin", "diagnostics", "mine", "readonly", "readwrite", "writeonly");
    assertThat(catalog.policies().list(tenant.id(), "mine", 2))
        .extracting(Policies.Named::name)
        .containsExactly("readonly", "readwrite");
    assertThat(catalog.tenants().list("", 10))
        .extracting(t -> t.profile().name())
        .containsExactly("default", "many");
    refused(Why.INVALID, () -> catalog.users().list(tenant.id(), "", 0));
  }

  @Test
  void an_owner_has_a_bounded_number_of_keys() {
    Catalog catalog = Fixture.inMemory(directory).start();
    Owner root = Owner.root(first(catalog));
    for (int i = 1; i < AccessKeys.MOST_OF_AN_OWNER; i++) {
      KeyPair _ = catalog.accessKeys().create(root, KeyPair.GENERATED);
    }
    refused(Why.TOO_MANY, () -> catalog.accessKeys().create(root, KeyPair.GENERATED));
  }

  @Test
  void a_tenant_can_be_renamed() {
    Catalog catalog = Fixture.inMemory(directory).start();
    Tenant tenant = catalog.tenants().create(new Tenant.Profile("before"));
    Tenant renamed =
        catalog
            .tenants()
            .change(tenant.id(), _ -> new Tenant.Profile("after", "After", "a@b.c"), null);
    assertThat(renamed.shownName()).isEqualTo("After");
    assertThat(catalog.tenants().named("before")).isEmpty();
    assertThat(catalog.tenants().named("after")).contains(renamed);
    assertThat(catalog.tenant(tenant.id())).contains(renamed);
  }

  @Test
  void a_policy_that_cannot_be_read_denies() {
    var fixture = Fixture.inMemory(directory);
    Catalog catalog = fixture.start();
    TenantId tenant = first(catalog);
    catalog.policies().put(tenant, "box", READ_BOX);
    User _ = catalog.users().create(tenant, "bob");
    User _ = catalog.users().attach(tenant, "bob", "box");
    User _ = catalog.users().attach(tenant, "bob", "readwrite");
    String key =
        catalog.accessKeys().create(new Owner(tenant, "bob"), KeyPair.GENERATED).accessKey();
    assertThat(mayRead(catalog, key)).isTrue();
    var row = MetaKey.of("Y" + tenant + "/box");
    for (Op damage : List.of(new Op.Put(row, new byte[] {'{'}), new Op.Delete(row))) {
      var batch = Batch.of(1, List.of(), List.of(damage));
      assertThat(MetaStore.await(fixture.store().commit(batch))).isNotNull();
      assertThat(mayRead(fixture.open(Fixture.DEFAULTS), key)).isFalse();
    }
  }

  @Test
  void a_user_has_an_id_that_nobody_has_again() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    TenantId other = catalog.tenants().create(new Tenant.Profile("other")).id();
    String id = catalog.users().create(tenant, "bob").id();
    assertThat(id).matches("AIDA[A-Z2-7]{17}");
    assertThat(catalog.users().create(other, "bob").id()).isNotEqualTo(id);
    assertThat(catalog.users().attach(tenant, "bob", "readonly").id()).isEqualTo(id);
    assertThat(catalog.users().setEnabled(tenant, "bob", false).id()).isEqualTo(id);
    assertThat(catalog.users().setEnabled(tenant, "bob", true).id()).isEqualTo(id);
    assertThat(catalog.users().detach(tenant, "bob", "readonly").id()).isEqualTo(id);
    String key =
        catalog.accessKeys().create(new Owner(tenant, "bob"), KeyPair.GENERATED).accessKey();
    assertThat(catalog.find(key).orElseThrow().caller())
        .isInstanceOfSatisfying(Caller.User.class, user -> assertThat(user.id()).isEqualTo(id));
    catalog.users().delete(tenant, "bob");
    assertThat(catalog.users().create(tenant, "bob").id()).isNotEqualTo(id);
  }

  /// As 0.1.0 wrote them, before users had ids.
  @Test
  void a_user_of_the_first_format_has_an_id_and_keeps_it() {
    var fixture = Fixture.inMemory(directory);
    Catalog catalog = fixture.start();
    TenantId tenant = first(catalog);
    String old =
        """
        {"v":1,"tenant":"%s","name":"bob","enabled":true,"created":"2026-01-02T03:04:05Z","policies":[]}\
        """
            .formatted(tenant.text());
    List<String> ids = new ArrayList<>();
    for (String row : List.of(old, old.replace("05Z", "06Z"), old)) {
      var put = new Op.Put(CatalogKeys.user(tenant, "bob"), CatalogValues.text(row));
      assertThat(MetaStore.await(fixture.store().commit(Batch.of(1, List.of(), List.of(put)))))
          .isNotNull();
      ids.add(catalog.users().find(tenant, "bob").orElseThrow().id());
    }
    assertThat(ids.get(0)).matches("AIDA[A-Z2-7]{17}").isEqualTo(ids.get(2));
    assertThat(ids.get(1)).as("made anew under the name").isNotEqualTo(ids.get(0));
    assertThat(catalog.users().attach(tenant, "bob", "readonly").id()).isEqualTo(ids.get(2));
    Catalog later = fixture.open(Fixture.DEFAULTS);
    assertThat(later.users().find(tenant, "bob").orElseThrow().id()).isEqualTo(ids.get(2));
  }

  @Test
  void everything_survives_a_restart_of_the_embedded_store() {
    KeyPair pair;
    RootCredentials root;
    try (MetaStore store =
        RocksMetaStore.open(
            directory.resolve("meta"), MetaSettings.DEFAULTS, KeyRange.ofPrefix(MetaKey.of("D")))) {
      var fixture = new Fixture(store, directory.resolve("deep/er"));
      try (Catalog catalog = fixture.open(Fixture.DEFAULTS)) {
        root = catalog.bootstrap();
        TenantId tenant = root.tenant().id();
        catalog.policies().put(tenant, "box", READ_BOX);
        User _ = catalog.users().create(tenant, "bob");
        User _ = catalog.users().attach(tenant, "bob", "box");
        pair = catalog.accessKeys().create(new Owner(tenant, "bob"), KeyPair.GENERATED);
      }
    }
    try (MetaStore store =
        RocksMetaStore.open(
            directory.resolve("meta"), MetaSettings.DEFAULTS, KeyRange.ofPrefix(MetaKey.of("D")))) {
      var fixture = new Fixture(store, directory.resolve("deep/er"));
      try (Catalog catalog = fixture.open(Fixture.DEFAULTS)) {
        assertThat(catalog.bootstrap())
            .isEqualTo(new RootCredentials(root.tenant(), root.pair(), Origin.STORED));
        assertThat(catalog.find(pair.accessKey()).orElseThrow().secret()).isEqualTo(pair.secret());
        assertThat(mayRead(catalog, pair.accessKey())).isTrue();
      }
    }
  }

  @Test
  void changes_made_at_once_are_all_made() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    User _ = catalog.users().create(tenant, "bob");
    var owner = new Owner(tenant, "bob");
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        var _ =
            tasks.submit(() -> catalog.accessKeys().create(owner, KeyPair.GENERATED).accessKey());
      }
    }
    assertThat(catalog.accessKeys().list(owner)).hasSize(16);
  }

  @Test
  void a_bootstrap_raced_by_another_makes_one_root() {
    var fixture = Fixture.inMemory(directory);
    Catalog catalog = fixture.open(Fixture.DEFAULTS);
    List<Future<RootCredentials>> work;
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      work = IntStream.range(0, 8).mapToObj(_ -> tasks.submit(catalog::bootstrap)).toList();
    }
    List<RootCredentials> roots = work.stream().map(Future::resultNow).toList();
    assertThat(roots).extracting(RootCredentials::pair).containsOnly(roots.getFirst().pair());
  }

  @Test
  void the_settings_describe_themselves_and_refuse_nonsense() {
    assertThat(Settings.defaults(CatalogSettings.class).cacheEntries()).isEqualTo(10_000);
    assertThatThrownBy(() -> Fixture.root("minioadmin", "")).hasMessageContaining("go together");
    assertThatThrownBy(() -> Fixture.root("minioadmin", "short")).hasMessageContaining("8 to 128");
    assertThatThrownBy(() -> Fixture.root("a/b", "long-enough")).hasMessageContaining("access key");
  }

  @Test
  void what_allows_a_change_is_asked_again_when_somebody_came_in_between() {
    Catalog catalog = Fixture.inMemory(directory).start();
    TenantId tenant = first(catalog);
    User _ = catalog.users().create(tenant, "bob");
    catalog.policies().put(tenant, "reads", READ_BOX);
    var holders = new ArrayList<Integer>();
    catalog
        .policies()
        .put(
            tenant,
            "reads",
            READ_BOX,
            _ -> {
              holders.add(catalog.policies().holders(tenant, "reads").size());
              if (holders.size() > 1) return;
              User _ = catalog.users().attach(tenant, "bob", "reads");
            });
    assertThat(holders).containsExactly(0, 1);
    var policies = new ArrayList<Integer>();
    User _ =
        catalog
            .users()
            .setEnabled(
                tenant,
                "bob",
                false,
                (before, _) -> {
                  policies.add(before.policies().size());
                  if (policies.size() > 1) return;
                  User _ = catalog.users().attach(tenant, "bob", "readwrite");
                });
    assertThat(policies).containsExactly(1, 2);
  }
}
