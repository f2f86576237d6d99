package io.tarn.identity;

import static io.tarn.identity.AclGrant.BUCKET_READ;
import static io.tarn.identity.AclGrant.BUCKET_READ_ACP;
import static io.tarn.identity.AclGrant.BUCKET_WRITE;
import static io.tarn.identity.AclGrant.BUCKET_WRITE_ACP;
import static io.tarn.identity.AclGrant.INITIATOR;
import static io.tarn.identity.AclGrant.OBJECT_OWNER;
import static io.tarn.identity.AclGrant.OBJECT_READ;
import static io.tarn.identity.AclGrant.OBJECT_READ_ACP;
import static io.tarn.identity.AclGrant.OBJECT_WRITE_ACP;
import static io.tarn.identity.Action.Target.BUCKET;
import static io.tarn.identity.Action.Target.OBJECT;
import static io.tarn.identity.Action.Target.SERVER;
import static io.tarn.identity.Action.Target.TENANT;

import io.tarn.store.Version;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What can be allowed: the actions of S3 that concern buckets and objects (service authorization
/// reference, "Actions defined by Amazon S3", and MinIO's few additions), and those of the console.
/// Several operations may need the same action, as the reference says: `HeadObject` asks for
/// [#GET_OBJECT], `CompleteMultipartUpload` for [#PUT_OBJECT].
///
/// Each says what it is taken on, who but a policy can allow it ([AclGrant]; where nothing is said,
/// nobody), and, where S3 has an action of its own for a version that is named, of which other it
/// is that one.
public enum Action {
  ABORT_MULTIPART_UPLOAD("s3:AbortMultipartUpload", OBJECT, INITIATOR),
  BYPASS_GOVERNANCE_RETENTION("s3:BypassGovernanceRetention", OBJECT),
  CREATE_BUCKET("s3:CreateBucket", BUCKET),
  DELETE_BUCKET("s3:DeleteBucket", BUCKET),
  DELETE_BUCKET_OWNERSHIP_CONTROLS("s3:DeleteBucketOwnershipControls", BUCKET),
  DELETE_BUCKET_POLICY("s3:DeleteBucketPolicy", BUCKET),
  DELETE_BUCKET_WEBSITE("s3:DeleteBucketWebsite", BUCKET),
  DELETE_OBJECT("s3:DeleteObject", OBJECT),
  DELETE_OBJECT_TAGGING("s3:DeleteObjectTagging", OBJECT, OBJECT_OWNER),
  DELETE_OBJECT_VERSION("s3:DeleteObjectVersion", DELETE_OBJECT),
  DELETE_OBJECT_VERSION_TAGGING(
      "s3:DeleteObjectVersionTagging", DELETE_OBJECT_TAGGING, OBJECT_OWNER),
  GET_ACCELERATE_CONFIGURATION("s3:GetAccelerateConfiguration", BUCKET),
  GET_ANALYTICS_CONFIGURATION("s3:GetAnalyticsConfiguration", BUCKET),
  GET_BUCKET_ACL("s3:GetBucketAcl", BUCKET, BUCKET_READ_ACP),
  GET_BUCKET_CORS("s3:GetBucketCORS", BUCKET),
  GET_BUCKET_LOCATION("s3:GetBucketLocation", BUCKET),
  GET_BUCKET_LOGGING("s3:GetBucketLogging", BUCKET),
  GET_BUCKET_NOTIFICATION("s3:GetBucketNotification", BUCKET),
  GET_BUCKET_OBJECT_LOCK_CONFIGURATION("s3:GetBucketObjectLockConfiguration", BUCKET),
  GET_BUCKET_OWNERSHIP_CONTROLS("s3:GetBucketOwnershipControls", BUCKET),
  GET_BUCKET_POLICY("s3:GetBucketPolicy", BUCKET),
  GET_BUCKET_POLICY_STATUS("s3:GetBucketPolicyStatus", BUCKET),
  GET_BUCKET_PUBLIC_ACCESS_BLOCK("s3:GetBucketPublicAccessBlock", BUCKET),
  GET_BUCKET_REQUEST_PAYMENT("s3:GetBucketRequestPayment", BUCKET),
  GET_BUCKET_TAGGING("s3:GetBucketTagging", BUCKET),
  GET_BUCKET_VERSIONING("s3:GetBucketVersioning", BUCKET),
  GET_BUCKET_WEBSITE("s3:GetBucketWebsite", BUCKET),
  GET_ENCRYPTION_CONFIGURATION("s3:GetEncryptionConfiguration", BUCKET),
  GET_INTELLIGENT_TIERING_CONFIGURATION("s3:GetIntelligentTieringConfiguration", BUCKET),
  GET_INVENTORY_CONFIGURATION("s3:GetInventoryConfiguration", BUCKET),
  GET_LIFECYCLE_CONFIGURATION("s3:GetLifecycleConfiguration", BUCKET),
  GET_METRICS_CONFIGURATION("s3:GetMetricsConfiguration", BUCKET),
  GET_OBJECT("s3:GetObject", OBJECT, OBJECT_READ),
  GET_OBJECT_ACL("s3:GetObjectAcl", OBJECT, OBJECT_READ_ACP),
  GET_OBJECT_ATTRIBUTES("s3:GetObjectAttributes", OBJECT, OBJECT_OWNER),
  GET_OBJECT_LEGAL_HOLD("s3:GetObjectLegalHold", OBJECT),
  GET_OBJECT_RETENTION("s3:GetObjectRetention", OBJECT),
  GET_OBJECT_TAGGING("s3:GetObjectTagging", OBJECT, OBJECT_OWNER),
  GET_OBJECT_TORRENT("s3:GetObjectTorrent", OBJECT),
  GET_OBJECT_VERSION("s3:GetObjectVersion", GET_OBJECT, OBJECT_READ),
  GET_OBJECT_VERSION_ACL("s3:GetObjectVersionAcl", GET_OBJECT_ACL, OBJECT_READ_ACP),
  GET_OBJECT_VERSION_ATTRIBUTES(
      "s3:GetObjectVersionAttributes", GET_OBJECT_ATTRIBUTES, OBJECT_OWNER),
  GET_OBJECT_VERSION_FOR_REPLICATION("s3:GetObjectVersionForReplication", OBJECT),
  GET_OBJECT_VERSION_TAGGING("s3:GetObjectVersionTagging", GET_OBJECT_TAGGING, OBJECT_OWNER),
  GET_OBJECT_VERSION_TORRENT("s3:GetObjectVersionTorrent", GET_OBJECT_TORRENT),
  GET_REPLICATION_CONFIGURATION("s3:GetReplicationConfiguration", BUCKET),
  LIST_ALL_MY_BUCKETS("s3:ListAllMyBuckets", TENANT),
  LIST_BUCKET("s3:ListBucket", BUCKET, BUCKET_READ),
  LIST_BUCKET_MULTIPART_UPLOADS("s3:ListBucketMultipartUploads", BUCKET, BUCKET_READ),
  LIST_BUCKET_VERSIONS("s3:ListBucketVersions", BUCKET, BUCKET_READ),
  LIST_MULTIPART_UPLOAD_PARTS("s3:ListMultipartUploadParts", OBJECT, INITIATOR),
  OBJECT_OWNER_OVERRIDE_TO_BUCKET_OWNER("s3:ObjectOwnerOverrideToBucketOwner", OBJECT),
  PUT_ACCELERATE_CONFIGURATION("s3:PutAccelerateConfiguration", BUCKET),
  PUT_ANALYTICS_CONFIGURATION("s3:PutAnalyticsConfiguration", BUCKET),
  PUT_BUCKET_ACL("s3:PutBucketAcl", BUCKET, BUCKET_WRITE_ACP),
  PUT_BUCKET_CORS("s3:PutBucketCORS", BUCKET),
  PUT_BUCKET_LOGGING("s3:PutBucketLogging", BUCKET),
  PUT_BUCKET_NOTIFICATION("s3:PutBucketNotification", BUCKET),
  PUT_BUCKET_OBJECT_LOCK_CONFIGURATION("s3:PutBucketObjectLockConfiguration", BUCKET),
  PUT_BUCKET_OWNERSHIP_CONTROLS("s3:PutBucketOwnershipControls", BUCKET),
  PUT_BUCKET_POLICY("s3:PutBucketPolicy", BUCKET),
  PUT_BUCKET_PUBLIC_ACCESS_BLOCK("s3:PutBucketPublicAccessBlock", BUCKET),
  PUT_BUCKET_REQUEST_PAYMENT("s3:PutBucketRequestPayment", BUCKET),
  PUT_BUCKET_TAGGING("s3:PutBucketTagging", BUCKET),
  PUT_BUCKET_VERSIONING("s3:PutBucketVersioning", BUCKET),
  PUT_BUCKET_WEBSITE("s3:PutBucketWebsite", BUCKET),
  PUT_ENCRYPTION_CONFIGURATION("s3:PutEncryptionConfiguration", BUCKET),
  PUT_INTELLIGENT_TIERING_CONFIGURATION("s3:PutIntelligentTieringConfiguration", BUCKET),
  PUT_INVENTORY_CONFIGURATION("s3:PutInventoryConfiguration", BUCKET),
  PUT_LIFECYCLE_CONFIGURATION("s3:PutLifecycleConfiguration", BUCKET),
  PUT_METRICS_CONFIGURATION("s3:PutMetricsConfiguration", BUCKET),
  PUT_OBJECT("s3:PutObject", OBJECT, BUCKET_WRITE),
  PUT_OBJECT_ACL("s3:PutObjectAcl", OBJECT, OBJECT_WRITE_ACP),
  PUT_OBJECT_LEGAL_HOLD("s3:PutObjectLegalHold", OBJECT),
  PUT_OBJECT_RETENTION("s3:PutObjectRetention", OBJECT),
  PUT_OBJECT_TAGGING("s3:PutObjectTagging", OBJECT, OBJECT_OWNER),
  PUT_OBJECT_VERSION_ACL("s3:PutObjectVersionAcl", PUT_OBJECT_ACL, OBJECT_WRITE_ACP),
  PUT_OBJECT_VERSION_TAGGING("s3:PutObjectVersionTagging", PUT_OBJECT_TAGGING, OBJECT_OWNER),
  PUT_REPLICATION_CONFIGURATION("s3:PutReplicationConfiguration", BUCKET),
  REPLICATE_DELETE("s3:ReplicateDelete", OBJECT),
  REPLICATE_OBJECT("s3:ReplicateObject", OBJECT),
  REPLICATE_TAGS("s3:ReplicateTags", OBJECT),
  RESTORE_OBJECT("s3:RestoreObject", OBJECT),
  FORCE_DELETE_BUCKET("s3:ForceDeleteBucket", BUCKET),
  LISTEN_NOTIFICATION("s3:ListenNotification", TENANT),
  LISTEN_BUCKET_NOTIFICATION("s3:ListenBucketNotification", BUCKET),
  RESET_BUCKET_REPLICATION_STATE("s3:ResetBucketReplicationState", BUCKET),
  ADMIN_SERVER_INFO("admin:ServerInfo", SERVER),
  ADMIN_STORAGE_INFO("admin:StorageInfo", SERVER),
  ADMIN_CHANGE_VOLUMES("admin:ChangeVolumes", SERVER),
  ADMIN_DATA_USAGE_INFO("admin:DataUsageInfo", SERVER),
  ADMIN_PROMETHEUS("admin:Prometheus", SERVER),
  ADMIN_CONFIG_READ("admin:ConfigRead", SERVER),
  ADMIN_DIAGNOSE("admin:Diagnose", SERVER),
  ADMIN_SERVER_TRACE("admin:ServerTrace", SERVER),
  ADMIN_CONSOLE_LOG("admin:ConsoleLog", SERVER),
  ADMIN_PROFILING("admin:Profiling", SERVER),
  ADMIN_OBD_INFO("admin:OBDInfo", SERVER),
  ADMIN_TOP_LOCKS_INFO("admin:TopLocksInfo", SERVER),
  ADMIN_BANDWIDTH_MONITOR("admin:BandwidthMonitor", SERVER),
  ADMIN_HEAL("admin:Heal", SERVER),
  ADMIN_LIST_TENANTS("admin:ListTenants", SERVER),
  ADMIN_CREATE_TENANT("admin:CreateTenant", SERVER),
  ADMIN_DELETE_TENANT("admin:DeleteTenant", SERVER),
  ADMIN_UPDATE_TENANT("admin:UpdateTenant", SERVER),
  ADMIN_LIST_BUCKETS("admin:ListBuckets", SERVER),
  ADMIN_CREATE_BUCKET("admin:CreateBucket", SERVER),
  ADMIN_DELETE_BUCKET("admin:DeleteBucket", SERVER),
  ADMIN_LINK_BUCKET("admin:LinkBucket", SERVER),
  ADMIN_CACHE_INFO("admin:CacheInfo", SERVER),
  ADMIN_CHANGE_CACHE("admin:ChangeCache", SERVER),
  ADMIN_SET_BUCKET_VERSIONING("admin:SetBucketVersioning", SERVER),
  ADMIN_LIST_USERS("admin:ListUsers", SERVER),
  ADMIN_GET_USER("admin:GetUser", SERVER),
  ADMIN_CREATE_USER("admin:CreateUser", SERVER),
  ADMIN_DELETE_USER("admin:DeleteUser", SERVER),
  ADMIN_ENABLE_USER("admin:EnableUser", SERVER),
  ADMIN_DISABLE_USER("admin:DisableUser", SERVER),
  ADMIN_LIST_POLICIES("admin:ListPolicies", SERVER),
  ADMIN_GET_POLICY("admin:GetPolicy", SERVER),
  ADMIN_CREATE_POLICY("admin:CreatePolicy", SERVER),
  ADMIN_DELETE_POLICY("admin:DeletePolicy", SERVER),
  ADMIN_ATTACH_USER_OR_GROUP_POLICY("admin:AttachUserOrGroupPolicy", SERVER),
  ADMIN_LIST_SERVICE_ACCOUNTS("admin:ListServiceAccounts", SERVER),
  ADMIN_CREATE_SERVICE_ACCOUNT("admin:CreateServiceAccount", SERVER),
  ADMIN_UPDATE_SERVICE_ACCOUNT("admin:UpdateServiceAccount", SERVER),
  ADMIN_REMOVE_SERVICE_ACCOUNT("admin:RemoveServiceAccount", SERVER),
  ADMIN_ROTATE_MASTER_KEY("admin:RotateMasterKey", SERVER),
  ADMIN_RELOAD_CERTIFICATE("admin:ReloadCertificate", SERVER);

  /// What an action is taken on.
  enum Target {
    OBJECT,
    BUCKET,
    TENANT,
    /// The server and its accounts; the console's.
    SERVER
  }

  private static final Map<Action, Action> OF_VERSIONS = ofVersions();

  private final String text;
  private final Target target;
  private final AclGrant grant;
  private final @Nullable Action ofLatest;

  Action(String text, Target target) {
    this(text, target, AclGrant.NONE);
  }

  Action(String text, Target target, AclGrant grant) {
    this(text, target, grant, null);
  }

  /// The same on a version that is named.
  Action(String text, Action ofLatest) {
    this(text, ofLatest, AclGrant.NONE);
  }

  Action(String text, Action ofLatest, AclGrant grant) {
    this(text, OBJECT, grant, ofLatest);
  }

  Action(String text, Target target, AclGrant grant, @Nullable Action ofLatest) {
    this.text = text;
    this.target = target;
    this.grant = grant;
    this.ofLatest = ofLatest;
  }

  private static Map<Action, Action> ofVersions() {
    var actions = new EnumMap<Action, Action>(Action.class);
    for (Action action : values()) {
      if (action.ofLatest != null) actions.put(action.ofLatest, action);
    }
    return actions;
  }

  /// This action on a version: what is done to one that is named may have an action of its own.
  public Action on(Version version) {
    return version.isLatest() ? this : OF_VERSIONS.getOrDefault(this, this);
  }

  Target target() {
    return target;
  }

  /// Who but a policy can allow it.
  AclGrant grant() {
    return grant;
  }

  /// Whether it is about the server and its accounts, not about buckets and objects.
  boolean isAdministration() {
    return target == SERVER;
  }

  /// As policies spell it, `s3:GetObject`; policies may use any case.
  public String text() {
    return text;
  }
}
