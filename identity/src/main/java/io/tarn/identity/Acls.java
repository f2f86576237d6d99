package io.tarn.identity;

import io.tarn.store.Acl;
import io.tarn.store.TenantId;
import org.jspecify.annotations.Nullable;

/// The ACLs that bear on a demand, and who began what it is about, each asked for when it decides.
/// What is not at hand yet is answered with [NotAtHand].
public interface Acls {
  /// There are none.
  Acls NONE =
      new Acls() {
        @Override
        public Acl bucket() {
          return Acl.PRIVATE;
        }

        @Override
        public @Nullable OwnerAndAcl object() {
          return null;
        }

        @Override
        public @Nullable TenantId initiator() {
          return null;
        }
      };

  /// That of the bucket; [Acl#PRIVATE] where there is none.
  Acl bucket();

  /// That of the version demanded; null where there is no such object.
  @Nullable OwnerAndAcl object();

  /// Who began the upload demanded; null where there is no such upload.
  @Nullable TenantId initiator();
}
