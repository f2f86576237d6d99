package io.tarn.identity;

import java.util.EnumSet;
import java.util.Set;

/// The condition keys that exist: the global ones (IAM user guide, "Global condition context keys")
/// and those of S3 (service authorization reference, "Condition keys for Amazon S3"). Many are
/// never set here ([#isNeverSet]); they are known so that a typing mistake is told from a key that
/// has no value.
public enum ConditionName {
  SOURCE_IP("aws:SourceIp"),
  SECURE_TRANSPORT("aws:SecureTransport"),
  CURRENT_TIME("aws:CurrentTime"),
  EPOCH_TIME("aws:EpochTime"),
  USER_AGENT("aws:UserAgent"),
  REFERER("aws:Referer"),
  USERNAME("aws:username"),
  USER_ID("aws:userid"),
  PRINCIPAL_ARN("aws:PrincipalArn"),
  PRINCIPAL_ACCOUNT("aws:PrincipalAccount"),
  PRINCIPAL_TYPE("aws:PrincipalType"),
  REQUESTED_REGION("aws:RequestedRegion"),
  PRINCIPAL_TAG("aws:PrincipalTag", true),
  REQUEST_TAG("aws:RequestTag", true),
  RESOURCE_TAG("aws:ResourceTag", true),
  TAG_KEYS("aws:TagKeys"),
  PRINCIPAL_ORG_ID("aws:PrincipalOrgID"),
  PRINCIPAL_ORG_PATHS("aws:PrincipalOrgPaths"),
  PRINCIPAL_IS_AWS_SERVICE("aws:PrincipalIsAWSService"),
  PRINCIPAL_SERVICE_NAME("aws:PrincipalServiceName"),
  PRINCIPAL_SERVICE_NAMES_LIST("aws:PrincipalServiceNamesList"),
  SOURCE_ACCOUNT("aws:SourceAccount"),
  SOURCE_ARN("aws:SourceArn"),
  SOURCE_ORG_ID("aws:SourceOrgID"),
  SOURCE_ORG_PATHS("aws:SourceOrgPaths"),
  SOURCE_VPC("aws:SourceVpc"),
  SOURCE_VPC_ARN("aws:SourceVpcArn"),
  SOURCE_VPCE("aws:SourceVpce"),
  SOURCE_IDENTITY("aws:SourceIdentity"),
  VPC_SOURCE_IP("aws:VpcSourceIp"),
  VPCE_ACCOUNT("aws:VpceAccount"),
  VPCE_ORG_ID("aws:VpceOrgID"),
  VPCE_ORG_PATHS("aws:VpceOrgPaths"),
  MULTI_FACTOR_AUTH_AGE("aws:MultiFactorAuthAge"),
  MULTI_FACTOR_AUTH_PRESENT("aws:MultiFactorAuthPresent"),
  TOKEN_ISSUE_TIME("aws:TokenIssueTime"),
  FEDERATED_PROVIDER("aws:FederatedProvider"),
  VIA_AWS_SERVICE("aws:ViaAWSService"),
  CALLED_VIA("aws:CalledVia"),
  CALLED_VIA_FIRST("aws:CalledViaFirst"),
  CALLED_VIA_LAST("aws:CalledViaLast"),
  RESOURCE_ACCOUNT("aws:ResourceAccount"),
  RESOURCE_ORG_ID("aws:ResourceOrgID"),
  RESOURCE_ORG_PATHS("aws:ResourceOrgPaths"),
  ASSUMED_ROOT("aws:AssumedRoot"),
  EC2_INSTANCE_SOURCE_VPC("aws:Ec2InstanceSourceVpc"),
  EC2_INSTANCE_SOURCE_PRIVATE_IPV4("aws:Ec2InstanceSourcePrivateIPv4"),
  PREFIX("s3:prefix"),
  DELIMITER("s3:delimiter"),
  MAX_KEYS("s3:max-keys"),
  VERSION_ID("s3:VersionId"),
  LOCATION_CONSTRAINT("s3:LocationConstraint"),
  AUTH_TYPE("s3:authType"),
  SIGNATURE_VERSION("s3:signatureversion"),
  SIGNATURE_AGE("s3:signatureAge"),
  EXISTING_OBJECT_TAG("s3:ExistingObjectTag", true),
  REQUEST_OBJECT_TAG("s3:RequestObjectTag", true),
  REQUEST_OBJECT_TAG_KEYS("s3:RequestObjectTagKeys"),
  BUCKET_TAG("s3:BucketTag", true),
  ACCESS_POINT_TAG("s3:AccessPointTag", true),
  IF_MATCH("s3:if-match"),
  IF_NONE_MATCH("s3:if-none-match"),
  OBJECT_CREATION_OPERATION("s3:ObjectCreationOperation"),
  X_AMZ_ACL("s3:x-amz-acl"),
  X_AMZ_CONTENT_SHA256("s3:x-amz-content-sha256"),
  X_AMZ_COPY_SOURCE("s3:x-amz-copy-source"),
  X_AMZ_METADATA_DIRECTIVE("s3:x-amz-metadata-directive"),
  X_AMZ_STORAGE_CLASS("s3:x-amz-storage-class"),
  X_AMZ_SERVER_SIDE_ENCRYPTION("s3:x-amz-server-side-encryption"),
  X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID("s3:x-amz-server-side-encryption-aws-kms-key-id"),
  X_AMZ_SERVER_SIDE_ENCRYPTION_CUSTOMER_ALGORITHM(
      "s3:x-amz-server-side-encryption-customer-algorithm"),
  X_AMZ_GRANT_FULL_CONTROL("s3:x-amz-grant-full-control"),
  X_AMZ_GRANT_READ("s3:x-amz-grant-read"),
  X_AMZ_GRANT_READ_ACP("s3:x-amz-grant-read-acp"),
  X_AMZ_GRANT_WRITE("s3:x-amz-grant-write"),
  X_AMZ_GRANT_WRITE_ACP("s3:x-amz-grant-write-acp"),
  X_AMZ_WEBSITE_REDIRECT_LOCATION("s3:x-amz-website-redirect-location"),
  X_AMZ_OBJECT_OWNERSHIP("s3:x-amz-object-ownership"),
  OBJECT_LOCK_MODE("s3:object-lock-mode"),
  OBJECT_LOCK_LEGAL_HOLD("s3:object-lock-legal-hold"),
  OBJECT_LOCK_RETAIN_UNTIL_DATE("s3:object-lock-retain-until-date"),
  OBJECT_LOCK_REMAINING_RETENTION_DAYS("s3:object-lock-remaining-retention-days"),
  S3_RESOURCE_ACCOUNT("s3:ResourceAccount"),
  TLS_VERSION("s3:TlsVersion"),
  ACCESS_GRANTS_INSTANCE_ARN("s3:AccessGrantsInstanceArn"),
  ACCESS_POINT_NETWORK_ORIGIN("s3:AccessPointNetworkOrigin"),
  DATA_ACCESS_POINT_ACCOUNT("s3:DataAccessPointAccount"),
  DATA_ACCESS_POINT_ARN("s3:DataAccessPointArn"),
  EXISTING_JOB_OPERATION("s3:ExistingJobOperation"),
  EXISTING_JOB_PRIORITY("s3:ExistingJobPriority"),
  INVENTORY_ACCESSIBLE_OPTIONAL_FIELDS("s3:InventoryAccessibleOptionalFields"),
  JOB_SUSPENDED_CAUSE("s3:JobSuspendedCause"),
  REQUEST_JOB_OPERATION("s3:RequestJobOperation"),
  REQUEST_JOB_PRIORITY("s3:RequestJobPriority"),
  IS_REPLICATION_PAUSE_REQUEST("s3:isReplicationPauseRequest");

  /// Of what is not here: organisations, private networks, sessions, tags of users, access points
  /// and jobs.
  private static final Set<ConditionName> NEVER_SET =
      EnumSet.of(
          PRINCIPAL_TAG,
          PRINCIPAL_ORG_ID,
          PRINCIPAL_ORG_PATHS,
          PRINCIPAL_SERVICE_NAME,
          PRINCIPAL_SERVICE_NAMES_LIST,
          SOURCE_ACCOUNT,
          SOURCE_ARN,
          SOURCE_ORG_ID,
          SOURCE_ORG_PATHS,
          SOURCE_VPC,
          SOURCE_VPC_ARN,
          SOURCE_VPCE,
          SOURCE_IDENTITY,
          VPC_SOURCE_IP,
          VPCE_ACCOUNT,
          VPCE_ORG_ID,
          VPCE_ORG_PATHS,
          MULTI_FACTOR_AUTH_AGE,
          MULTI_FACTOR_AUTH_PRESENT,
          TOKEN_ISSUE_TIME,
          FEDERATED_PROVIDER,
          CALLED_VIA,
          CALLED_VIA_FIRST,
          CALLED_VIA_LAST,
          RESOURCE_ORG_ID,
          RESOURCE_ORG_PATHS,
          ASSUMED_ROOT,
          EC2_INSTANCE_SOURCE_VPC,
          EC2_INSTANCE_SOURCE_PRIVATE_IPV4,
          ACCESS_POINT_TAG,
          ACCESS_GRANTS_INSTANCE_ARN,
          ACCESS_POINT_NETWORK_ORIGIN,
          DATA_ACCESS_POINT_ACCOUNT,
          DATA_ACCESS_POINT_ARN,
          EXISTING_JOB_OPERATION,
          EXISTING_JOB_PRIORITY,
          INVENTORY_ACCESSIBLE_OPTIONAL_FIELDS,
          JOB_SUSPENDED_CAUSE,
          REQUEST_JOB_OPERATION,
          REQUEST_JOB_PRIORITY,
          IS_REPLICATION_PAUSE_REQUEST);

  private final String text;
  private final boolean tagged;

  ConditionName(String text) {
    this(text, false);
  }

  ConditionName(String text, boolean tagged) {
    this.text = text;
    this.tagged = tagged;
  }

  /// As policies spell it, without `/<parameter>`; policies may use any case.
  public String text() {
    return text;
  }

  /// Whether no request ever has a value under it here, whatever it is or asks for. Keys of headers
  /// that are answered with 501 are not among them: what they ask for is not done, denied or not.
  public boolean isNeverSet() {
    return NEVER_SET.contains(this);
  }

  /// Whether it is about who asks, when and how, and not about what is asked for.
  boolean isOfRequest() {
    return switch (this) {
      case SOURCE_IP,
          SECURE_TRANSPORT,
          TLS_VERSION,
          CURRENT_TIME,
          EPOCH_TIME,
          USER_AGENT,
          REFERER,
          USERNAME,
          USER_ID,
          PRINCIPAL_ARN,
          PRINCIPAL_ACCOUNT,
          PRINCIPAL_TYPE,
          REQUESTED_REGION,
          AUTH_TYPE,
          SIGNATURE_VERSION,
          SIGNATURE_AGE ->
          true;
      default -> false; // asked anew for each object, which is never wrong
    };
  }

  /// Whether the name is followed by `/` and a parameter, the key of a tag.
  public boolean isTagged() {
    return tagged;
  }
}
