package io.tarn.console;

import io.tarn.catalog.Catalog;
import io.tarn.console.AdminOperation.AddVolume;
import io.tarn.console.AdminOperation.AttachPolicy;
import io.tarn.console.AdminOperation.ChangeTenant;
import io.tarn.console.AdminOperation.CheckVolume;
import io.tarn.console.AdminOperation.CollectGarbage;
import io.tarn.console.AdminOperation.CreateBucket;
import io.tarn.console.AdminOperation.CreateKey;
import io.tarn.console.AdminOperation.CreateTenant;
import io.tarn.console.AdminOperation.CreateUser;
import io.tarn.console.AdminOperation.DeleteBucket;
import io.tarn.console.AdminOperation.DeleteKey;
import io.tarn.console.AdminOperation.DeletePolicy;
import io.tarn.console.AdminOperation.DeleteTenant;
import io.tarn.console.AdminOperation.DeleteUser;
import io.tarn.console.AdminOperation.EnableKey;
import io.tarn.console.AdminOperation.EnableUser;
import io.tarn.console.AdminOperation.EvictCache;
import io.tarn.console.AdminOperation.ExplainKey;
import io.tarn.console.AdminOperation.ForgetVolume;
import io.tarn.console.AdminOperation.GetBackup;
import io.tarn.console.AdminOperation.GetBucketCache;
import io.tarn.console.AdminOperation.GetCache;
import io.tarn.console.AdminOperation.GetCheck;
import io.tarn.console.AdminOperation.GetPolicy;
import io.tarn.console.AdminOperation.GetScrub;
import io.tarn.console.AdminOperation.GetStatus;
import io.tarn.console.AdminOperation.LinkBucket;
import io.tarn.console.AdminOperation.ListBuckets;
import io.tarn.console.AdminOperation.ListKeys;
import io.tarn.console.AdminOperation.ListPolicies;
import io.tarn.console.AdminOperation.ListTenants;
import io.tarn.console.AdminOperation.ListUsers;
import io.tarn.console.AdminOperation.ListVolumes;
import io.tarn.console.AdminOperation.PinPrefix;
import io.tarn.console.AdminOperation.ReloadCertificate;
import io.tarn.console.AdminOperation.RotateMasterKey;
import io.tarn.console.AdminOperation.SetPolicy;
import io.tarn.console.AdminOperation.SetVersioning;
import io.tarn.console.AdminOperation.StartBackup;
import io.tarn.console.AdminOperation.StartCheck;
import io.tarn.console.AdminOperation.StartScrub;
import io.tarn.console.AdminOperation.SyncBucket;
import io.tarn.console.AdminOperation.UnlinkBucket;
import io.tarn.console.AdminOperation.WarmCache;
import io.tarn.health.Vitals;
import io.tarn.identity.Caller;
import io.tarn.store.Buckets;
import io.tarn.store.TenantId;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;

/// Carries admin operations out. Whoever calls has checked that the caller may.
public final class AdminWork {
  private final Parts parts;
  private final Vitals vitals;
  private final MachineWork machine;
  private final VolumeWork volumes;
  private final BucketWork buckets;
  private final CacheWork caches;
  private final TenantWork tenants;
  private final UserWork users;
  private final PolicyWork policies;

  /// What the operations work on. `root` is the first tenant, which administers.
  public record Parts(
      Catalog catalog,
      TenantId root,
      Buckets buckets,
      Vitals vitals,
      Upkeep upkeep,
      VolumeMembership membership,
      Origins origins,
      InstantSource clock) {}

  public AdminWork(Parts parts, ConsoleSettings settings) {
    var directory = new Directory(parts.catalog, parts.root);
    this.parts = parts;
    this.vitals = parts.vitals;
    this.machine = new MachineWork(parts.vitals, parts.upkeep, parts.clock);
    this.volumes = new VolumeWork(parts.vitals, parts.membership, parts.upkeep);
    this.buckets =
        new BucketWork(parts.buckets, parts.origins, parts.catalog, directory, settings.pageSize());
    this.caches = new CacheWork(parts.buckets, parts.origins);
    this.tenants = new TenantWork(parts.catalog, directory, buckets, settings.pageSize());
    this.users = new UserWork(parts.catalog, directory, settings.pageSize());
    this.policies = new PolicyWork(parts.catalog, directory, settings.pageSize());
  }

  Vitals vitals() {
    return vitals;
  }

  /// The power of a caller whose policies allow some administration.
  Authority authorityOf(Caller caller) {
    return switch (caller) {
      case Caller.Root root when root.tenant().equals(parts.root) -> new Authority.Operator();
      case Caller.User user when user.tenant().equals(parts.root) ->
          new Authority.Delegate(user, parts.catalog, parts.buckets);
      case Caller.Root _, Caller.User _, Caller.Anonymous _ ->
          throw new IllegalStateException("administers nothing: " + caller.arn());
    };
  }

  JsonNode perform(AdminOperation operation, Authority by) {
    return switch (operation) {
      case GetStatus _ -> tenants.count(machine.status());
      case StartScrub _ -> machine.startScrub();
      case GetScrub _ -> machine.scrub(true);
      case CollectGarbage _ -> machine.collectGarbage();
      case StartCheck(var repair) -> machine.startCheck(repair, by);
      case GetCheck _ -> machine.check();
      case GetBackup _ -> machine.backup();
      case StartBackup(var directory) -> machine.startBackup(directory, by);
      case ListVolumes _ -> volumes.list();
      case AddVolume(var directory) -> volumes.add(directory, by);
      case ForgetVolume(var volume) -> volumes.forget(volume, by);
      case CheckVolume(var volume) -> volumes.check(volume);
      case ListBuckets list -> buckets.list(list, by);
      case CreateBucket(var name, var tenant) -> buckets.create(name, tenant, by);
      case DeleteBucket(var name) -> buckets.delete(name, by);
      case LinkBucket(var name, var tenant, var to) -> buckets.link(name, tenant, to, by);
      case UnlinkBucket(var name) -> buckets.unlink(name, by);
      case GetCache _ -> caches.usage();
      case GetBucketCache(var name) -> caches.show(name, by);
      case ExplainKey(var name, var key) -> caches.explain(name, key, by);
      case WarmCache warm -> caches.warm(warm, by);
      case EvictCache evict -> caches.evict(evict, by);
      case SyncBucket sync -> caches.sync(sync, by);
      case PinPrefix pin -> caches.pin(pin, by);
      case SetVersioning(var name, var versioning) -> buckets.setVersioning(name, versioning, by);
      case ListTenants(var after) -> tenants.list(after);
      case CreateTenant create -> tenants.create(create, by);
      case DeleteTenant(var tenant) -> tenants.delete(tenant, by);
      case ChangeTenant change -> tenants.change(change, by);
      case RotateMasterKey _ -> tenants.rotateMasterKey(by);
      case ReloadCertificate _ -> machine.reloadCertificate();
      case ListUsers(var tenant, var after) -> users.list(tenant, after, by);
      case CreateUser create -> users.create(create, by);
      case DeleteUser(var tenant, var user) -> users.delete(tenant, user, by);
      case EnableUser(var tenant, var user, var on) -> users.enable(tenant, user, on, by);
      case AttachPolicy attach -> users.attach(attach, by);
      case ListKeys(var tenant, var user, var after) -> users.keys(tenant, user, after, by);
      case CreateKey create -> users.createKey(create, by);
      case DeleteKey(var accessKey) -> users.deleteKey(accessKey, by);
      case EnableKey(var accessKey, var on) -> users.enableKey(accessKey, on, by);
      case ListPolicies(var tenant, var after) -> policies.list(tenant, after, by);
      case GetPolicy(var tenant, var policy) -> policies.show(tenant, policy, by);
      case SetPolicy set -> policies.set(set, by);
      case DeletePolicy(var tenant, var policy) -> policies.delete(tenant, policy, by);
    };
  }
}
