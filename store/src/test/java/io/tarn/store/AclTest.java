package io.tarn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Acl.Grant;
import io.tarn.store.Acl.Permission;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AclTest {
  @Test
  void every_grant_survives_its_text() {
    var grants = new ArrayList<Grant>();
    for (Permission permission : Permission.values()) {
      grants.add(new Grant(new Acl.Owner(), permission));
      grants.add(new Grant(new Acl.Everyone(), permission));
      grants.add(new Grant(new Acl.Authenticated(), permission));
      for (String id : List.of("a", "owner", "everyone", "=", "a b")) {
        grants.add(new Grant(new Acl.Account(new TenantId(id)), permission));
      }
    }
    var acl = new Acl(grants);
    assertThat(Acl.parse(acl.text())).isEqualTo(acl);
    assertThat(Acl.parse("")).isEqualTo(new Acl(List.of())).isNotEqualTo(Acl.PRIVATE);
  }

  @Test
  void the_text_stays_what_it_is() {
    assertThat(Acl.PRIVATE.text()).isEqualTo("FULL_CONTROL owner\n");
    var acl =
        new Acl(
            List.of(
                new Grant(new Acl.Account(new TenantId("a")), Permission.READ),
                new Grant(new Acl.Everyone(), Permission.WRITE_ACP),
                new Grant(new Acl.Authenticated(), Permission.WRITE)));
    assertThat(acl.text()).isEqualTo("READ =a\nWRITE_ACP everyone\nWRITE authenticated\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "READ\n", "READ everyone", "READ =\n", "READ nobody\n", "\n", "read owner\n"})
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> Acl.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void full_control_includes_everything_and_nothing_else_does() {
    for (Permission one : Permission.values()) {
      for (Permission other : Permission.values()) {
        assertThat(one.includes(other)).isEqualTo(one == other || one == Permission.FULL_CONTROL);
      }
    }
  }
}
