package io.tarn.identity;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What can be allowed: the actions of S3 that concern buckets and objects (service authorization
/// reference, "Actions defined by Amazon S3", and MinIO's few additions), and those of the console.
/// Several operations may need the same action, as the reference says: `HeadObject` asks for
/// [#GET_OBJECT], `CompleteMultipartUpload` for [#PUT_OBJECT].
public enum Action {
  ABORT_MULTIPART_UPLOAD("s3:AbortMultipartUpload"),
  BYPASS_GOVERNANCE_RETENTION("s3:BypassGovernanceRetention"),
  CREATE_BUCKET("s3:CreateBucket"),
  DELETE_BUCKET("s3:DeleteBucket"),
  DELETE_BUCKET_OWNERSHIP_CONTROLS("s3:DeleteBucketOwnershipControls"),
  DELETE_BUCKET_POLICY("s3:DeleteBucketPolicy"),
  DELETE_BUCKET_WEBSITE("s3:DeleteBucketWebsite"),
  DELETE_OBJECT("s3:DeleteObject"),
  DELETE_OBJECT_TAGGING("s3:DeleteObjectTagging"),
  DELETE_OBJECT_VERSION("s3:DeleteObjectVersion"),
  DELETE_OBJECT_VERSION_TAGGING("s3:DeleteObjectVersionTagging"),
  GET_ACCELERATE_CONFIGURATION("s3:GetAccelerateConfiguration"),
  GET_ANALYTICS_CONFIGURATION("s3:GetAnalyticsConfiguration"),
  GET_BUCKET_ACL("s3:GetBucketAcl"),
  GET_BUCKET_CORS("s3:GetBucketCORS"),
  GET_BUCKET_LOCATION("s3:GetBucketLocation"),
  GET_BUCKET_LOGGING("s3:GetBucketLogging"),
  GET_BUCKET_NOTIFICATION("s3:GetBucketNotification"),
  GET_BUCKET_OBJECT_LOCK_CONFIGURATION("s3:GetBucketObjectLockConfiguration"),
  GET_BUCKET_OWNERSHIP_CONTROLS("s3:GetBucketOwnershipControls"),
  GET_BUCKET_POLICY("s3:GetBucketPolicy"),
  GET_BUCKET_POLICY_STATUS("s3:GetBucketPolicyStatus"),
  GET_BUCKET_PUBLIC_ACCESS_BLOCK("s3:GetBucketPublicAccessBlock"),
  GET_BUCKET_REQUEST_PAYMENT("s3:GetBucketRequestPayment"),
  GET_BUCKET_TAGGING("s3:GetBucketTagging"),
  GET_BUCKET_VERSIONING("s3:GetBucketVersioning"),
  GET_BUCKET_WEBSITE("s3:GetBucketWebsite"),
  GET_ENCRYPTION_CONFIGURATION("s3:GetEncryptionConfiguration"),
  GET_INTELLIGENT_TIERING_CONFIGURATION("s3:GetIntelligentTieringConfiguration"),
  GET_INVENTORY_CONFIGURATION("s3:GetInventoryConfiguration"),
  GET_LIFECYCLE_CONFIGURATION("s3:GetLifecycleConfiguration"),
  GET_METRICS_CONFIGURATION("s3:GetMetricsConfiguration"),
  GET_OBJECT("s3:GetObject"),
  GET_OBJECT_ACL("s3:GetObjectAcl"),
  GET_OBJECT_ATTRIBUTES("s3:GetObjectAttributes"),
  GET_OBJECT_LEGAL_HOLD("s3:GetObjectLegalHold"),
  GET_OBJECT_RETENTION("s3:GetObjectRetention"),
  GET_OBJECT_TAGGING("s3:GetObjectTagging"),
  GET_OBJECT_TORRENT("s3:GetObjectTorrent"),
  GET_OBJECT_VERSION("s3:GetObjectVersion"),
  GET_OBJECT_VERSION_ACL("s3:GetObjectVersionAcl"),
  GET_OBJECT_VERSION_ATTRIBUTES("s3:GetObjectVersionAttributes"),
  GET_OBJECT_VERSION_FOR_REPLICATION("s3:GetObjectVersionForReplication"),
  GET_OBJECT_VERSION_TAGGING("s3:GetObjectVersionTagging"),
  GET_OBJECT_VERSION_TORRENT("s3:GetObjectVersionTorrent"),
  GET_REPLICATION_CONFIGURATION("s3:GetReplicationConfiguration"),
  LIST_ALL_MY_BUCKETS("s3:ListAllMyBuckets"),
  LIST_BUCKET("s3:ListBucket"),
  LIST_BUCKET_MULTIPART_UPLOADS("s3:ListBucketMultipartUploads"),
  LIST_BUCKET_VERSIONS("s3:ListBucketVersions"),
  LIST_MULTIPART_UPLOAD_PARTS("s3:ListMultipartUploadParts"),
  OBJECT_OWNER_OVERRIDE_TO_BUCKET_OWNER("s3:ObjectOwnerOverrideToBucketOwner"),
  PUT_ACCELERATE_CONFIGURATION("s3:PutAccelerateConfiguration"),
  PUT_ANALYTICS_CONFIGURATION("s3:PutAnalyticsConfiguration"),
  PUT_BUCKET_ACL("s3:PutBucketAcl"),
  PUT_BUCKET_CORS("s3:PutBucketCORS"),
  PUT_BUCKET_LOGGING("s3:PutBucketLogging"),
  PUT_BUCKET_NOTIFICATION("s3:PutBucketNotification"),
  PUT_BUCKET_OBJECT_LOCK_CONFIGURATION("s3:PutBucketObjectLockConfiguration"),
  PUT_BUCKET_OWNERSHIP_CONTROLS("s3:PutBucketOwnershipControls"),
  PUT_BUCKET_POLICY("s3:PutBucketPolicy"),
  PUT_BUCKET_PUBLIC_ACCESS_BLOCK("s3:PutBucketPublicAccessBlock"),
  PUT_BUCKET_REQUEST_PAYMENT("s3:PutBucketRequestPayment"),
  PUT_BUCKET_TAGGING("s3:PutBucketTagging"),
  PUT_BUCKET_VERSIONING("s3:PutBucketVersioning"),
  PUT_BUCKET_WEBSITE("s3:PutBucketWebsite"),
  PUT_ENCRYPTION_CONFIGURATION("s3:PutEncryptionConfiguration"),
  PUT_INTELLIGENT_TIERING_CONFIGURATION("s3:PutIntelligentTieringConfiguration"),
  PUT_INVENTORY_CONFIGURATION("s3:PutInventoryConfiguration"),
  PUT_LIFECYCLE_CONFIGURATION("s3:PutLifecycleConfiguration"),
  PUT_METRICS_CONFIGURATION("s3:PutMetricsConfiguration"),
  PUT_OBJECT("s3:PutObject"),
  PUT_OBJECT_ACL("s3:PutObjectAcl"),
  PUT_OBJECT_LEGAL_HOLD("s3:PutObjectLegalHold"),
  PUT_OBJECT_RETENTION("s3:PutObjectRetention"),
  PUT_OBJECT_TAGGING("s3:PutObjectTagging"),
  PUT_OBJECT_VERSION_ACL("s3:PutObjectVersionAcl"),
  PUT_OBJECT_VERSION_TAGGING("s3:PutObjectVersionTagging"),
  PUT_REPLICATION_CONFIGURATION("s3:PutReplicationConfiguration"),
  REPLICATE_DELETE("s3:ReplicateDelete"),
  REPLICATE_OBJECT("s3:ReplicateObject"),
  REPLICATE_TAGS("s3:ReplicateTags"),
  RESTORE_OBJECT("s3:RestoreObject"),
  FORCE_DELETE_BUCKET("s3:ForceDeleteBucket"),
  LISTEN_NOTIFICATION("s3:ListenNotification"),
  LISTEN_BUCKET_NOTIFICATION("s3:ListenBucketNotification"),
  RESET_BUCKET_REPLICATION_STATE("s3:ResetBucketReplicationState"),
  ADMIN_SERVER_INFO("admin:ServerInfo"),
  ADMIN_STORAGE_INFO("admin:StorageInfo"),
  ADMIN_CHANGE_VOLUMES("admin:ChangeVolumes"),
  ADMIN_DATA_USAGE_INFO("admin:DataUsageInfo"),
  ADMIN_PROMETHEUS("admin:Prometheus"),
  ADMIN_CONFIG_READ("admin:ConfigRead"),
  ADMIN_DIAGNOSE("admin:Diagnose"),
  ADMIN_SERVER_TRACE("admin:ServerTrace"),
  ADMIN_CONSOLE_LOG("admin:ConsoleLog"),
  ADMIN_PROFILING("admin:Profiling"),
  ADMIN_OBD_INFO("admin:OBDInfo"),
  ADMIN_TOP_LOCKS_INFO("admin:TopLocksInfo"),
  ADMIN_BANDWIDTH_MONITOR("admin:BandwidthMonitor"),
  ADMIN_HEAL("admin:Heal"),
  ADMIN_LIST_TENANTS("admin:ListTenants"),
  ADMIN_CREATE_TENANT("admin:CreateTenant"),
  ADMIN_DELETE_TENANT("admin:DeleteTenant"),
  ADMIN_LIST_BUCKETS("admin:ListBuckets"),
  ADMIN_CREATE_BUCKET("admin:CreateBucket"),
  ADMIN_DELETE_BUCKET("admin:DeleteBucket"),
  ADMIN_SET_BUCKET_VERSIONING("admin:SetBucketVersioning"),
  ADMIN_LIST_USERS("admin:ListUsers"),
  ADMIN_GET_USER("admin:GetUser"),
  ADMIN_CREATE_USER("admin:CreateUser"),
  ADMIN_DELETE_USER("admin:DeleteUser"),
  ADMIN_ENABLE_USER("admin:EnableUser"),
  ADMIN_DISABLE_USER("admin:DisableUser"),
  ADMIN_LIST_POLICIES("admin:ListPolicies"),
  ADMIN_GET_POLICY("admin:GetPolicy"),
  ADMIN_CREATE_POLICY("admin:CreatePolicy"),
  ADMIN_DELETE_POLICY("admin:DeletePolicy"),
  ADMIN_ATTACH_USER_OR_GROUP_POLICY("admin:AttachUserOrGroupPolicy"),
  ADMIN_LIST_SERVICE_ACCOUNTS("admin:ListServiceAccounts"),
  ADMIN_CREATE_SERVICE_ACCOUNT("admin:CreateServiceAccount"),
  ADMIN_UPDATE_SERVICE_ACCOUNT("admin:UpdateServiceAccount"),
  ADMIN_REMOVE_SERVICE_ACCOUNT("admin:RemoveServiceAccount"),
  ADMIN_ROTATE_MASTER_KEY("admin:RotateMasterKey");

  private static final Map<String, Action> BY_TEXT = byText();

  private static final Set<Action> OF_OBJECTS =
      EnumSet.of(
          ABORT_MULTIPART_UPLOAD,
          BYPASS_GOVERNANCE_RETENTION,
          DELETE_OBJECT,
          DELETE_OBJECT_TAGGING,
          DELETE_OBJECT_VERSION,
          DELETE_OBJECT_VERSION_TAGGING,
          GET_OBJECT,
          GET_OBJECT_ACL,
          GET_OBJECT_ATTRIBUTES,
          GET_OBJECT_LEGAL_HOLD,
          GET_OBJECT_RETENTION,
          GET_OBJECT_TAGGING,
          GET_OBJECT_TORRENT,
          GET_OBJECT_VERSION,
          GET_OBJECT_VERSION_ACL,
          GET_OBJECT_VERSION_ATTRIBUTES,
          GET_OBJECT_VERSION_FOR_REPLICATION,
          GET_OBJECT_VERSION_TAGGING,
          GET_OBJECT_VERSION_TORRENT,
          LIST_MULTIPART_UPLOAD_PARTS,
          OBJECT_OWNER_OVERRIDE_TO_BUCKET_OWNER,
          PUT_OBJECT,
          PUT_OBJECT_ACL,
          PUT_OBJECT_LEGAL_HOLD,
          PUT_OBJECT_RETENTION,
          PUT_OBJECT_TAGGING,
          PUT_OBJECT_VERSION_ACL,
          PUT_OBJECT_VERSION_TAGGING,
          REPLICATE_DELETE,
          REPLICATE_OBJECT,
          REPLICATE_TAGS,
          RESTORE_OBJECT);

  /// What an action is taken on.
  enum Target {
    OBJECT,
    BUCKET,
    /// A tenant, or the server.
    NEITHER
  }

  private final String text;

  Action(String text) {
    this.text = text;
  }

  /// The action that is spelled exactly so. There is one for every action that the front ends ask
  /// for; anything else is a bug.
  public static Action named(String text) {
    Action action = BY_TEXT.get(text);
    if (action == null) throw new IllegalStateException("no action " + text);
    return action;
  }

  private static Map<String, Action> byText() {
    var actions = new HashMap<String, Action>();
    for (Action action : values()) actions.put(action.text, action);
    return Map.copyOf(actions);
  }

  Target target() {
    if (OF_OBJECTS.contains(this)) return Target.OBJECT;
    boolean ofTenant = this == LIST_ALL_MY_BUCKETS || this == LISTEN_NOTIFICATION;
    return ofTenant || isAdministration() ? Target.NEITHER : Target.BUCKET;
  }

  /// Whether it is about the server and its accounts, not about buckets and objects.
  boolean isAdministration() {
    return text.startsWith("admin:");
  }

  /// As policies spell it, `s3:GetObject`; policies may use any case.
  public String text() {
    return text;
  }
}
