package io.tarn.catalog;

import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.MetaKey;
import io.tarn.meta.Op;
import io.tarn.settings.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The access keys of users and roots. Changes are durable when a method returns, and fail with
/// [Refused] or a [io.tarn.store.StoreFailure]. A key never does more than its owner may: it has
/// the owner's policies, read when it is used, and a ceiling can only take away from them.
public final class AccessKeys {
  /// The most access keys of one owner.
  public static final int MOST_OF_AN_OWNER = 100;

  /// Changes keys of anybody.
  private static final Check ANY = _ -> {};

  private final CatalogStore store;
  private final KeyRing keyRing;
  private final Ids ids;

  AccessKeys(CatalogStore store, KeyRing keyRing, Ids ids) {
    this.store = store;
    this.keyRing = keyRing;
    this.ids = ids;
  }

  /// Asked whose key is about to be made or changed; throws what the change then fails with. A
  /// change of that user in between makes it be asked again.
  @FunctionalInterface
  public interface Check {
    void of(Owner owner);

    private Check and(Check next) {
      return owner -> {
        of(owner);
        next.of(owner);
      };
    }
  }

  /// Makes a key without ceiling.
  public KeyPair create(Owner owner, KeyPair wanted) {
    return create(owner, wanted, "");
  }

  public KeyPair create(Owner owner, KeyPair wanted, String ceiling) {
    return create(owner, wanted, ceiling, ANY);
  }

  /// Makes a key; what `wanted` leaves empty is generated. The secret is in the answer and cannot
  /// be read again. `ceiling` is a policy document or empty; a root's key has none. Fails with
  /// [MalformedPolicy] when the ceiling is not one.
  public KeyPair create(Owner owner, KeyPair wanted, String ceiling, Check check) {
    Refused.unless(() -> check(owner, wanted));
    if (!ceiling.isEmpty()) {
      if (owner.isRoot()) {
        throw new Refused(Refused.Why.INVALID, "a key of the root has no ceiling: make a user");
      }
      Policy _ = Policy.newOfIdentity(ceiling, "ceiling");
    }
    return keyRing.sealing(
        seal ->
            CatalogStore.settle(() -> tryCreate(owner, generated(wanted), ceiling, check, seal)));
  }

  private static void check(Owner owner, KeyPair wanted) {
    if (!owner.isRoot()) Names.checkUser(owner.user());
    if (!wanted.accessKey().isEmpty()) Names.checkAccessKey(wanted.accessKey());
    if (!wanted.secret().isEmpty()) Names.checkSecret(wanted.secret());
  }

  private KeyPair generated(KeyPair wanted) {
    return new KeyPair(
        wanted.accessKey().isEmpty() ? ids.accessKey() : wanted.accessKey(),
        wanted.secret().isEmpty() ? ids.secret() : wanted.secret());
  }

  private Optional<KeyPair> tryCreate(
      Owner owner, KeyPair pair, String ceiling, Check check, Seal seal) {
    Entry ownerRow = ownerRow(owner);
    check.of(owner);
    if (idsOf(store, owner).size() >= MOST_OF_AN_OWNER) {
      throw new Refused(
          Refused.Why.TOO_MANY, "an owner has at most " + MOST_OF_AN_OWNER + " access keys");
    }
    var key = new AccessKey(pair.accessKey(), owner, ceiling, true, store.now());
    List<Guard> guards =
        List.of(
            new Guard.VersionIs(ownerRow.key(), ownerRow.version()),
            new Guard.Absent(CatalogKeys.accessKey(key.id())));
    var ops = new ArrayList<Op>(ops(key, pair.secret(), seal));
    // Written anew, so that the owner is not deleted at the same moment.
    ops.add(new Op.Put(ownerRow.key(), ownerRow.value()));
    if (store.commit(guards, ops)) return Optional.of(pair);
    if (store.get(CatalogKeys.accessKey(key.id())).isPresent()) throw taken(key.id());
    return Optional.empty();
  }

  static Refused taken(String id) {
    return new Refused(Refused.Why.TAKEN, "the access key " + id + " is taken");
  }

  static List<Op> ops(AccessKey key, Secret secret, Seal seal) {
    byte[] sealed = seal.seal(secret, key.owner().tenant(), key.id());
    return List.of(
        new Op.Put(
            CatalogKeys.accessKey(key.id()),
            CatalogValues.write(new CatalogValues.SealedKey(key, sealed))),
        new Op.Put(CatalogKeys.owned(key.owner(), key.id()), new byte[0]));
  }

  private Entry ownerRow(Owner owner) {
    MetaKey key =
        owner.isRoot()
            ? CatalogKeys.tenant(owner.tenant())
            : CatalogKeys.user(owner.tenant(), owner.user());
    String what = owner.isRoot() ? "tenant " + owner.tenant() : "user " + owner.user();
    return store.get(key).orElseThrow(() -> Refused.unknown(what));
  }

  static List<String> idsOf(CatalogStore store, Owner owner) {
    String prefix = CatalogKeys.owned(owner);
    // The root of the first tenant may get one more than the limit.
    return store.list(prefix, "", MOST_OF_AN_OWNER + 1).stream()
        .map(row -> row.key().toString().substring(prefix.length()))
        .toList();
  }

  public Optional<AccessKey> find(String id) {
    Refused.unless(() -> Names.checkAccessKey(id));
    return store.get(CatalogKeys.accessKey(id)).map(row -> CatalogValues.accessKey(row).key());
  }

  /// All keys of an owner, by id.
  public List<AccessKey> list(Owner owner) {
    return idsOf(store, owner).stream().flatMap(id -> find(id).stream()).toList();
  }

  public AccessKey setEnabled(String id, boolean enabled) {
    return setEnabled(id, enabled, ANY);
  }

  /// A disabled key is as good as unknown. The key of the first tenant's root cannot be disabled.
  public AccessKey setEnabled(String id, boolean enabled, Check check) {
    return change(
        id,
        check.and(enabled ? ANY : notRoot(id)),
        (row, stored) -> {
          AccessKey old = stored.key();
          var key = new AccessKey(id, old.owner(), old.ceiling(), enabled, old.created());
          var fresh = new CatalogValues.SealedKey(key, stored.secret());
          return new Changed(key, List.of(new Op.Put(row.key(), CatalogValues.write(fresh))));
        });
  }

  public void delete(String id) {
    delete(id, ANY);
  }

  /// The key of the first tenant's root cannot be deleted.
  public void delete(String id, Check check) {
    AccessKey _ =
        change(
            id,
            check.and(notRoot(id)),
            (row, stored) ->
                new Changed(
                    stored.key(),
                    List.of(
                        new Op.Delete(row.key()),
                        new Op.Delete(CatalogKeys.owned(stored.key().owner(), id)))));
  }

  private Check notRoot(String id) {
    return _ -> {
      Optional<CatalogValues.RootRow> root = store.get(CatalogKeys.ROOT).map(CatalogValues::root);
      if (root.isPresent() && root.get().accessKey().equals(id)) {
        throw new Refused(
            Refused.Why.IN_USE,
            "the root's access key is replaced by the settings root-user and root-password");
      }
    };
  }

  private interface Change {
    Changed of(Entry row, CatalogValues.SealedKey stored);
  }

  private record Changed(AccessKey key, List<Op> ops) {}

  /// Under the vault's lock, because the row is written with the seal that was read.
  private AccessKey change(String id, Check check, Change change) {
    Refused.unless(() -> Names.checkAccessKey(id));
    Function<Seal, AccessKey> work =
        _ ->
            CatalogStore.settle(
                () -> {
                  Entry row =
                      store
                          .get(CatalogKeys.accessKey(id))
                          .orElseThrow(() -> Refused.unknown("access key " + id));
                  CatalogValues.SealedKey stored = CatalogValues.accessKey(row);
                  check.of(stored.key().owner());
                  Changed changed = change.of(row, stored);
                  var guard = new Guard.VersionIs(row.key(), row.version());
                  boolean done = store.commit(List.of(guard), changed.ops);
                  return done ? Optional.of(changed.key) : Optional.empty();
                });
    return keyRing.sealing(work);
  }
}
