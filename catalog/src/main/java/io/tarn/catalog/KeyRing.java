package io.tarn.catalog;

import io.tarn.meta.Entry;
import io.tarn.meta.Guard;
import io.tarn.meta.Op;
import io.tarn.settings.Secret;
import io.tarn.store.TenantId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The master keys in use, where they come from, and how they are replaced. A replacement is cut
/// off at any point without harm: until every secret is sealed under the new key, both are kept.
final class KeyRing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final int PAGE = 500;

  private final CatalogStore store;
  private final MasterKeyFile file;
  private final boolean ownFile;
  private final SecureRandom random;
  // Held while something is sealed and stored, so that nothing slips past a replacement.
  private final ReentrantLock sealing = new ReentrantLock();
  private volatile Seal seal;

  private KeyRing(CatalogStore store, MasterKeyFile file, boolean ownFile, Seal seal) {
    this.store = store;
    this.file = file;
    this.ownFile = ownFile;
    this.random = seal.random();
    this.seal = seal;
  }

  /// Takes the master keys from the settings, or from the file, which it makes when nothing was
  /// sealed yet. Fails with [MasterKeyFailure].
  static KeyRing open(CatalogStore store, CatalogSettings settings, Path directory) {
    Path given = settings.keyFile();
    var file = new MasterKeyFile(given == null ? directory.resolve("master.key") : given);
    var random = new SecureRandom();
    boolean fixed = !settings.masterKey().isEmpty();
    MasterKeys keys =
        fixed
            ? MasterKeys.parse(settings.masterKey().reveal())
            : file.read().orElseGet(() -> made(file, store, random));
    var keyRing = new KeyRing(store, file, !fixed, new Seal(keys, random));
    if (keys.keys().size() > 1) keyRing.settle();
    return keyRing;
  }

  private static MasterKeys made(MasterKeyFile file, CatalogStore store, SecureRandom random) {
    if (store.get(CatalogKeys.ROOT).isPresent()) {
      throw new MasterKeyFailure(
          "the master key file "
              + file
              + " is missing: put it back from your copy, without it no access key can be checked",
          null);
    }
    var keys = new MasterKeys(List.of(MasterKey.random(random)));
    file.write(keys);
    return keys;
  }

  /// Runs a change that seals and stores a secret.
  <T> T sealing(Function<Seal, T> change) {
    sealing.lock();
    try {
      return change.apply(seal);
    } finally {
      sealing.unlock();
    }
  }

  Secret open(byte[] envelope, TenantId tenant, String accessKey) {
    return seal.open(envelope, tenant, accessKey);
  }

  /// Replaces the master key by a new random one. Returns how many secrets were sealed anew. Fails
  /// with [Refused] when the key is given by a setting: then the operator puts the new one in front
  /// of the old and starts again.
  int rotate() {
    if (!ownFile) {
      throw new Refused(
          Refused.Why.INVALID,
          "the master key is given by a setting: put the new key in front of the old one there and"
              + " restart, then drop the old one");
    }
    sealing.lock();
    try {
      // Older ones are kept in memory only for rows already read; everything stored is current.
      MasterKeys both = seal.keys().alone().led(MasterKey.random(random));
      file.write(both);
      seal = new Seal(both, random);
      return settle();
    } finally {
      sealing.unlock();
    }
  }

  /// Seals everything under the current key, then forgets the others on disk. In memory they stay:
  /// a reader may hold a row from before.
  private int settle() {
    sealing.lock();
    try {
      int sealed = 0;
      String after = "";
      List<Entry> rows;
      do {
        rows = store.list(CatalogKeys.ACCESS_KEYS, after, PAGE);
        for (Entry row : rows) {
          if (reseal(row)) sealed++;
          after = CatalogValues.accessKey(row).key().id();
        }
      } while (rows.size() == PAGE);
      if (ownFile) file.write(seal.keys().alone());
      LOG.info("{} secrets sealed anew under {}", sealed, seal.keys().current());
      return sealed;
    } finally {
      sealing.unlock();
    }
  }

  private boolean reseal(Entry first) {
    return CatalogStore.settle(
        () -> {
          Optional<Entry> row = store.get(first.key());
          if (row.isEmpty()) return Optional.of(false);
          CatalogValues.SealedKey sealed = CatalogValues.accessKey(row.get());
          if (seal.isCurrent(sealed.secret())) return Optional.of(false);
          AccessKey key = sealed.key();
          Secret secret = seal.open(sealed.secret(), key.owner().tenant(), key.id());
          byte[] envelope = seal.seal(secret, key.owner().tenant(), key.id());
          boolean stored =
              store.commit(
                  List.of(new Guard.VersionIs(row.get().key(), row.get().version())),
                  List.of(
                      new Op.Put(
                          row.get().key(),
                          CatalogValues.write(new CatalogValues.SealedKey(key, envelope)))));
          return stored ? Optional.of(true) : Optional.empty();
        });
  }
}
