package io.tarn.identity;

import java.util.List;
import java.util.Set;

/// Whom a statement is about. Of a list under `NotPrincipal`, the same with `negated`.
record Principals(boolean negated, boolean everyone, Set<String> accounts, List<NamedUser> users) {
  /// What an identity policy is about: whoever it is attached to.
  static final Principals ANYONE = new Principals(false, true, Set.of(), List.of());

  /// `arn:aws:iam::<account>:user/<name>`.
  record NamedUser(String account, String name) {}

  Principals {
    accounts = Set.copyOf(accounts);
    users = List.copyOf(users);
  }

  /// Whether a statement of this effect is about the caller. To name an account is to trust its
  /// root: within the tenant its users still need a policy of their own, so an allowance counts for
  /// them only across tenants, where their own policy is asked besides. A denial counts for all.
  boolean include(Question question, Effect effect) {
    Caller caller = question.caller();
    boolean named = everyone || names(caller);
    if (negated) return !named;
    return switch (effect) {
      case DENY -> named || namesAccount(caller);
      case ALLOW -> named || (question.isForeign() && namesAccount(caller));
    };
  }

  private boolean names(Caller caller) {
    return switch (caller) {
      case Caller.Anonymous _ -> false;
      case Caller.Root _ -> namesAccount(caller);
      case Caller.User user -> namesUser(user);
    };
  }

  private boolean namesUser(Caller.User caller) {
    for (NamedUser user : users) {
      if (user.name.equals(caller.name()) && caller.account().isCalled(user.account)) return true;
    }
    return false;
  }

  private boolean namesAccount(Caller caller) {
    Account account = caller.account();
    return !account.number().isEmpty()
        && (accounts.contains(account.number()) || accounts.contains(account.tenant().text()));
  }
}
