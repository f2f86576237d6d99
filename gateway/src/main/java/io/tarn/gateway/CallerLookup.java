package io.tarn.gateway;

import io.tarn.identity.Account;
import io.tarn.identity.Caller;
import io.tarn.signature.SecretKey;
import io.tarn.store.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who there is. Asked on every request, so it answers from memory.
public interface CallerLookup {
  /// The secret of an access key; null when there is no such key, or it may not be used.
  @Nullable SecretKey secret(String accessKeyId);

  /// Who signs with this access key; null when nobody does any more.
  @Nullable Caller caller(String accessKeyId);

  /// The tenant's account, [Account#ANONYMOUS] when it is unknown.
  Account account(TenantId tenant);

  /// The tenants with this e-mail address, two at most.
  List<TenantId> withEmail(String address);

  /// How a tenant is called in answers; its id when it has no name.
  String displayName(TenantId tenant);
}
