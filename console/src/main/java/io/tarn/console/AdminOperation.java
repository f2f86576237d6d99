package io.tarn.console;

import io.tarn.identity.Action;
import io.tarn.settings.Secret;
import io.tarn.store.BucketName;
import io.tarn.store.Key;
import io.tarn.store.Versioning;
import org.jspecify.annotations.Nullable;

/// Everything an operator can do. Parsed once; authorised and carried out as this one value. A
/// `tenant` is a name or a canonical id; empty means the root tenant. Empty texts elsewhere mean
/// "not given"; an empty `after` is the beginning of a list. Printed it holds no secret: that is
/// what the log shows.
sealed interface AdminOperation {
  record GetStatus() implements AdminOperation {}

  record ListBuckets(String tenant, String prefix, String after) implements AdminOperation {}

  record CreateBucket(BucketName bucket, String tenant) implements AdminOperation {}

  record DeleteBucket(BucketName bucket) implements AdminOperation {}

  /// Makes a bucket of one that is there at an origin.
  record LinkBucket(BucketName bucket, String tenant, LinkRequest request)
      implements AdminOperation {}

  record UnlinkBucket(BucketName bucket) implements AdminOperation {}

  /// How full the near-cache is.
  record GetCache() implements AdminOperation {}

  /// What the near-cache has of a linked bucket, and what was counted.
  record GetBucketCache(BucketName bucket) implements AdminOperation {}

  /// What the near-cache knows of a key.
  record ExplainKey(BucketName bucket, Key key) implements AdminOperation {}

  /// A step of fetching what is missing below a prefix; it goes on behind a key.
  record WarmCache(BucketName bucket, String prefix, String after, int atOnce)
      implements AdminOperation {
    /// Objects, where nothing else is said.
    static final int AT_ONCE = 16;

    static final int MOST_AT_ONCE = 128;
  }

  /// A step of giving up blocks; `after` is the `next` of the one before.
  record EvictCache(BucketName bucket, String prefix, long after) implements AdminOperation {}

  /// A step of pinning a prefix, or of letting it go.
  record PinPrefix(BucketName bucket, String prefix, boolean pinned, long after)
      implements AdminOperation {}

  /// A step of waiting until what is queued of a linked bucket is at its origin; `upTo` is that of
  /// the step before.
  record SyncBucket(BucketName bucket, long upTo) implements AdminOperation {}

  record SetVersioning(BucketName bucket, Versioning versioning) implements AdminOperation {}

  record ListTenants(String after) implements AdminOperation {}

  record CreateTenant(String name, String id, Person person, KeyPair root)
      implements AdminOperation {}

  record DeleteTenant(String tenant) implements AdminOperation {}

  /// What is null stays as it is.
  record ChangeTenant(
      String tenant,
      @Nullable String name,
      @Nullable String displayName,
      @Nullable String email,
      @Nullable Boolean enabled)
      implements AdminOperation {}

  record ListUsers(String tenant, String after) implements AdminOperation {}

  record CreateUser(String tenant, String user, KeyPair key) implements AdminOperation {}

  record DeleteUser(String tenant, String user) implements AdminOperation {}

  record EnableUser(String tenant, String user, boolean enabled) implements AdminOperation {}

  record ListKeys(String tenant, String user, String after) implements AdminOperation {}

  record CreateKey(String tenant, String user, KeyPair key) implements AdminOperation {}

  record DeleteKey(String accessKey) implements AdminOperation {}

  record EnableKey(String accessKey, boolean enabled) implements AdminOperation {}

  record ListPolicies(String tenant, String after) implements AdminOperation {}

  record GetPolicy(String tenant, String policy) implements AdminOperation {}

  record SetPolicy(String tenant, String policy, String document) implements AdminOperation {
    @Override
    public String toString() {
      return "SetPolicy[tenant=" + tenant + ", policy=" + policy + "]";
    }
  }

  record DeletePolicy(String tenant, String policy) implements AdminOperation {}

  record AttachPolicy(String tenant, String user, String policy, boolean attached)
      implements AdminOperation {}

  record StartScrub() implements AdminOperation {}

  record GetScrub() implements AdminOperation {}

  record CollectGarbage() implements AdminOperation {}

  record StartCheck(boolean repair) implements AdminOperation {}

  record GetCheck() implements AdminOperation {}

  record GetBackup() implements AdminOperation {}

  /// `directory` is one of the server's machine.
  record StartBackup(String directory) implements AdminOperation {}

  record RotateMasterKey() implements AdminOperation {}

  record ReloadCertificate() implements AdminOperation {}

  record ListVolumes() implements AdminOperation {}

  /// `directory` is one of the server's machine.
  record AddVolume(String directory) implements AdminOperation {}

  record ForgetVolume(String volume) implements AdminOperation {}

  record CheckVolume(String volume) implements AdminOperation {}

  /// Whom a tenant is shown as.
  record Person(String displayName, String email) {}

  /// A key that is wanted; each half is made up where it is not given.
  record KeyPair(String accessKey, Secret secret) {
    static final KeyPair NONE = new KeyPair("", Secret.NONE);

    boolean isGiven() {
      return !accessKey.isEmpty() || !secret.isEmpty();
    }
  }

  /// The one permission it needs, on the root tenant.
  default Action action() {
    return switch (this) {
      case GetStatus _ -> Action.ADMIN_SERVER_INFO;
      case ListBuckets _ -> Action.ADMIN_LIST_BUCKETS;
      case CreateBucket _ -> Action.ADMIN_CREATE_BUCKET;
      case DeleteBucket _ -> Action.ADMIN_DELETE_BUCKET;
      case LinkBucket _, UnlinkBucket _ -> Action.ADMIN_LINK_BUCKET;
      case GetCache _, GetBucketCache _, ExplainKey _ -> Action.ADMIN_CACHE_INFO;
      case WarmCache _, EvictCache _, PinPrefix _, SyncBucket _ -> Action.ADMIN_CHANGE_CACHE;
      case SetVersioning _ -> Action.ADMIN_SET_BUCKET_VERSIONING;
      case ListTenants _ -> Action.ADMIN_LIST_TENANTS;
      case CreateTenant _ -> Action.ADMIN_CREATE_TENANT;
      case DeleteTenant _ -> Action.ADMIN_DELETE_TENANT;
      case ChangeTenant _ -> Action.ADMIN_UPDATE_TENANT;
      case ListUsers _ -> Action.ADMIN_LIST_USERS;
      case CreateUser _ -> Action.ADMIN_CREATE_USER;
      case DeleteUser _ -> Action.ADMIN_DELETE_USER;
      case EnableUser enable ->
          enable.enabled() ? Action.ADMIN_ENABLE_USER : Action.ADMIN_DISABLE_USER;
      case ListKeys _ -> Action.ADMIN_LIST_SERVICE_ACCOUNTS;
      case CreateKey _ -> Action.ADMIN_CREATE_SERVICE_ACCOUNT;
      case DeleteKey _ -> Action.ADMIN_REMOVE_SERVICE_ACCOUNT;
      case EnableKey _ -> Action.ADMIN_UPDATE_SERVICE_ACCOUNT;
      case ListPolicies _ -> Action.ADMIN_LIST_POLICIES;
      case GetPolicy _ -> Action.ADMIN_GET_POLICY;
      case SetPolicy _ -> Action.ADMIN_CREATE_POLICY;
      case DeletePolicy _ -> Action.ADMIN_DELETE_POLICY;
      case AttachPolicy _ -> Action.ADMIN_ATTACH_USER_OR_GROUP_POLICY;
      case StartScrub _, GetScrub _, CollectGarbage _ -> Action.ADMIN_HEAL;
      case StartCheck _, GetCheck _, CheckVolume _ -> Action.ADMIN_HEAL;
      case ListVolumes _ -> Action.ADMIN_STORAGE_INFO;
      case GetBackup _ -> Action.ADMIN_STORAGE_INFO;
      case AddVolume _, ForgetVolume _, StartBackup _ -> Action.ADMIN_CHANGE_VOLUMES;
      case RotateMasterKey _ -> Action.ADMIN_ROTATE_MASTER_KEY;
      case ReloadCertificate _ -> Action.ADMIN_RELOAD_CERTIFICATE;
    };
  }

  /// Whether it changes anything, and so is worth a line in the log.
  default boolean changes() {
    return switch (this) {
      case GetStatus _, ListBuckets _, ListTenants _, ListUsers _, ListKeys _ -> false;
      case ListPolicies _, GetPolicy _, GetScrub _, ListVolumes _, GetBackup _, GetCheck _ -> false;
      case GetCache _, GetBucketCache _, ExplainKey _ -> false;
      case WarmCache _, EvictCache _, PinPrefix _, SyncBucket _ -> true;
      case CreateBucket _, DeleteBucket _, SetVersioning _, CreateTenant _, DeleteTenant _ -> true;
      case LinkBucket _, UnlinkBucket _ -> true;
      case ChangeTenant _, RotateMasterKey _, ReloadCertificate _ -> true;
      case CreateUser _, DeleteUser _, EnableUser _, CreateKey _, DeleteKey _, EnableKey _ -> true;
      case SetPolicy _, DeletePolicy _, AttachPolicy _, StartScrub _, CollectGarbage _ -> true;
      case AddVolume _, ForgetVolume _, StartBackup _, StartCheck _, CheckVolume _ -> true;
    };
  }
}
