package io.tarn.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.settings.Secret;
import io.tarn.store.StoreFailure;
import io.tarn.store.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
  private static final String ONE = Base64.getEncoder().encodeToString(new byte[32]);
  private static final String TWO = HexFormat.of().formatHex(new byte[] {1}).repeat(32);
  private static final TenantId TENANT = new TenantId("t");

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("master.key");
  }

  private static Seal seal(String keys) {
    return new Seal(MasterKeys.parse(keys), new SecureRandom());
  }

  @Test
  void what_is_sealed_opens_only_where_it_was_put() {
    byte[] envelope = seal(ONE).seal(Secret.of("the secret"), TENANT, "AK");
    assertThat(seal(ONE).open(envelope, TENANT, "AK")).isEqualTo(Secret.of("the secret"));
    assertThat(seal(TWO + "," + ONE).open(envelope, TENANT, "AK").reveal()).isEqualTo("the secret");
    assertThatThrownBy(() -> seal(ONE).open(envelope, TENANT, "AX"))
        .isInstanceOf(StoreFailure.Corrupt.class);
    assertThatThrownBy(() -> seal(ONE).open(envelope, new TenantId("u"), "AK"))
        .isInstanceOf(StoreFailure.Corrupt.class);
    assertThatThrownBy(() -> seal(TWO).open(envelope, TENANT, "AK"))
        .isInstanceOf(MasterKeyFailure.class)
        .hasMessageContaining("give the master key");
  }

  @Test
  void any_changed_bit_is_noticed() {
    Seal seal = seal(ONE);
    byte[] envelope = seal.seal(Secret.of("the secret"), TENANT, "AK");
    for (int bit = 0; bit < envelope.length * 8; bit++) {
      byte[] changed = envelope.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> seal.open(changed, TENANT, "AK"))
          .isInstanceOfAny(StoreFailure.Corrupt.class, MasterKeyFailure.class);
    }
  }

  @Test
  void the_same_secret_is_never_sealed_the_same() {
    Seal seal = seal(ONE);
    assertThat(seal.seal(Secret.of("x"), TENANT, "AK"))
        .isNotEqualTo(seal.seal(Secret.of("x"), TENANT, "AK"));
  }

  @Test
  void the_key_file_is_the_owners_alone() throws IOException {
    Catalog _ = Fixture.inMemory(directory).start();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file())).startsWith("# The master key");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void a_missing_or_wrong_master_key_stops_the_start() throws IOException {
    var fixture = Fixture.inMemory(directory);
    Catalog _ = fixture.start();
    String good = Files.readString(file());
    Files.delete(file());
    assertThatThrownBy(() -> fixture.open(Fixture.DEFAULTS))
        .isInstanceOf(MasterKeyFailure.class)
        .hasMessageContaining("is missing");
    assertThat(file()).doesNotExist();
    Files.writeString(file(), ONE);
    Catalog wrong = fixture.open(Fixture.DEFAULTS);
    assertThatThrownBy(wrong::bootstrap)
        .isInstanceOf(MasterKeyFailure.class)
        .hasMessageContaining("sealed under master key");
    Catalog byEnvironment = fixture.open(Fixture.masterKey(ONE));
    assertThatThrownBy(byEnvironment::bootstrap).isInstanceOf(MasterKeyFailure.class);
    Files.writeString(file(), good);
    assertThat(fixture.open(Fixture.DEFAULTS).bootstrap().origin())
        .isEqualTo(RootCredentials.Origin.STORED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "abc", "c2VjcmV0", "!!!!", "zz"})
  void a_malformed_master_key_is_refused_without_being_told(String text) throws IOException {
    Files.writeString(file(), text);
    var fixture = Fixture.inMemory(directory);
    assertThatThrownBy(() -> fixture.open(Fixture.DEFAULTS))
        .isInstanceOf(MasterKeyFailure.class)
        .hasMessageContaining("master key")
        .message()
        .doesNotContain(text.isBlank() ? "\0" : text);
  }

  @Test
  void rotation_seals_everything_under_a_new_key() throws IOException {
    var fixture = Fixture.inMemory(directory);
    Catalog catalog = fixture.start();
    TenantId tenant = catalog.tenants().named("default").orElseThrow().id();
    for (int i = 0; i < 7; i++) {
      KeyPair _ = catalog.accessKeys().create(Owner.root(tenant), KeyPair.GENERATED);
    }
    KeyPair pair = catalog.accessKeys().create(Owner.root(tenant), KeyPair.GENERATED);
    String old = Files.readString(file());
    assertThat(catalog.rotateMasterKey()).isEqualTo(9);
    assertThat(catalog.find(pair.accessKey()).orElseThrow().secret()).isEqualTo(pair.secret());
    String fresh = Files.readString(file());
    assertThat(MasterKeys.parse(fresh).keys()).hasSize(1);
    assertThat(MasterKeys.parse(fresh).current().id())
        .isNotEqualTo(MasterKeys.parse(old).current().id());
    Catalog again = fixture.start();
    assertThat(again.find(pair.accessKey()).orElseThrow().secret()).isEqualTo(pair.secret());
    assertThat(again.rotateMasterKey()).isEqualTo(9);
    Files.writeString(file(), old);
    assertThatThrownBy(fixture::start).isInstanceOf(MasterKeyFailure.class);
  }

  @Test
  void a_rotation_that_was_cut_off_is_finished_by_the_next_start() throws IOException {
    var fixture = Fixture.inMemory(directory);
    Catalog catalog = fixture.start();
    TenantId tenant = catalog.tenants().named("default").orElseThrow().id();
    KeyPair pair = catalog.accessKeys().create(Owner.root(tenant), KeyPair.GENERATED);
    String old = Files.readString(file());
    Files.writeString(file(), ONE + "\n" + old);
    assertThat(fixture.start().find(pair.accessKey())).isPresent();
    assertThat(MasterKeys.parse(Files.readString(file())).ids())
        .isEqualTo(MasterKeys.parse(ONE).ids());
    assertThat(fixture.start().find(pair.accessKey()).orElseThrow().secret())
        .isEqualTo(pair.secret());
  }

  @Test
  void a_key_given_by_setting_is_replaced_there() {
    var fixture = Fixture.inMemory(directory);
    KeyPair root = fixture.open(Fixture.masterKey(ONE)).bootstrap().pair();
    assertThat(file()).doesNotExist();
    Catalog catalog = fixture.open(Fixture.masterKey(TWO + "," + ONE));
    assertThat(catalog.bootstrap().pair()).isEqualTo(root);
    assertThatThrownBy(catalog::rotateMasterKey).isInstanceOf(Refused.class);
    assertThat(fixture.open(Fixture.masterKey(TWO)).bootstrap().pair()).isEqualTo(root);
    Catalog left = fixture.open(Fixture.masterKey(ONE));
    assertThatThrownBy(left::bootstrap).isInstanceOf(MasterKeyFailure.class);
  }
}
