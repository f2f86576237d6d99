package io.tarn.identity;

import java.util.List;
import java.util.stream.Stream;

/// The condition keys that exist: the global ones (IAM user guide, "Global condition context keys")
/// and those of S3 (service authorization reference, "Condition keys for Amazon S3"), by what they
/// are about, which is who answers them. Many are never set here; they are known so that a typing
/// mistake is told from a key that has no value.
public sealed interface ConditionName {
  /// As policies spell it, without `/<parameter>`; policies may use any case.
  String text();

  /// Whether the name is followed by `/` and a parameter, the key of a tag.
  default boolean isTagged() {
    return false;
  }

  /// Whether no request ever has a value under it here, whatever it is or asks for. A denial that
  /// hangs on such a key would deny nothing.
  default boolean isNeverSet() {
    return switch (this) {
      case OfCaller _, OfArrival _, OfSignature _, OfOperation _, OfResource _, Refused _ -> false;
      case NeverSet _ -> true;
    };
  }

  /// Whether it is about who asks, when and how, and not about what is asked for, which is asked
  /// anew for each object of a request.
  default boolean isOfRequest() {
    return switch (this) {
      case OfCaller _, OfArrival _, OfSignature _ -> true;
      case OfOperation _, OfResource _, Refused _, NeverSet _ -> false;
    };
  }

  static List<ConditionName> all() {
    return Stream.<ConditionName[]>of(
            OfCaller.values(),
            OfArrival.values(),
            OfSignature.values(),
            OfOperation.values(),
            OfResource.values(),
            Refused.values(),
            NeverSet.values())
        .flatMap(Stream::of)
        .toList();
  }

  /// Of who calls, as far as that was proved: answered by the [Authorizer] itself.
  enum OfCaller implements ConditionName {
    USERNAME("aws:username"),
    USER_ID("aws:userid"),
    PRINCIPAL_ARN("aws:PrincipalArn"),
    PRINCIPAL_ACCOUNT("aws:PrincipalAccount"),
    PRINCIPAL_TYPE("aws:PrincipalType");

    private final String text;

    OfCaller(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /// Of how and when a request came, whatever it asks for: see [Arrival].
  enum OfArrival implements ConditionName {
    SOURCE_IP("aws:SourceIp"),
    SECURE_TRANSPORT("aws:SecureTransport"),
    TLS_VERSION("s3:TlsVersion"),
    CURRENT_TIME("aws:CurrentTime"),
    EPOCH_TIME("aws:EpochTime"),
    USER_AGENT("aws:UserAgent"),
    REFERER("aws:Referer"),
    PRINCIPAL_IS_AWS_SERVICE("aws:PrincipalIsAWSService"),
    VIA_AWS_SERVICE("aws:ViaAWSService");

    private final String text;

    OfArrival(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /// Of how a request was signed, and for which region.
  enum OfSignature implements ConditionName {
    REQUESTED_REGION("aws:RequestedRegion"),
    AUTH_TYPE("s3:authType"),
    SIGNATURE_VERSION("s3:signatureversion"),
    SIGNATURE_AGE("s3:signatureAge"),
    X_AMZ_CONTENT_SHA256("s3:x-amz-content-sha256");

    private final String text;

    OfSignature(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /// Of what is asked for, as it was decoded.
  enum OfOperation implements ConditionName {
    PREFIX("s3:prefix"),
    DELIMITER("s3:delimiter"),
    MAX_KEYS("s3:max-keys"),
    VERSION_ID("s3:VersionId"),
    IF_MATCH("s3:if-match"),
    IF_NONE_MATCH("s3:if-none-match"),
    OBJECT_CREATION_OPERATION("s3:ObjectCreationOperation"),
    LOCATION_CONSTRAINT("s3:LocationConstraint"),
    REQUEST_TAG("aws:RequestTag", true),
    TAG_KEYS("aws:TagKeys"),
    REQUEST_OBJECT_TAG("s3:RequestObjectTag", true),
    REQUEST_OBJECT_TAG_KEYS("s3:RequestObjectTagKeys"),
    X_AMZ_ACL("s3:x-amz-acl"),
    X_AMZ_GRANT_FULL_CONTROL("s3:x-amz-grant-full-control"),
    X_AMZ_GRANT_READ("s3:x-amz-grant-read"),
    X_AMZ_GRANT_READ_ACP("s3:x-amz-grant-read-acp"),
    X_AMZ_GRANT_WRITE("s3:x-amz-grant-write"),
    X_AMZ_GRANT_WRITE_ACP("s3:x-amz-grant-write-acp"),
    X_AMZ_COPY_SOURCE("s3:x-amz-copy-source"),
    X_AMZ_METADATA_DIRECTIVE("s3:x-amz-metadata-directive"),
    X_AMZ_OBJECT_OWNERSHIP("s3:x-amz-object-ownership"),
    X_AMZ_STORAGE_CLASS("s3:x-amz-storage-class");

    private final String text;
    private final boolean tagged;

    OfOperation(String text) {
      this(text, false);
    }

    OfOperation(String text, boolean tagged) {
      this.text = text;
      this.tagged = tagged;
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public boolean isTagged() {
      return tagged;
    }
  }

  /// Of what is there: the bucket, and the object at hand.
  enum OfResource implements ConditionName {
    EXISTING_OBJECT_TAG("s3:ExistingObjectTag", true),
    BUCKET_TAG("s3:BucketTag", true),
    RESOURCE_TAG("aws:ResourceTag", true),
    RESOURCE_ACCOUNT("aws:ResourceAccount"),
    S3_RESOURCE_ACCOUNT("s3:ResourceAccount");

    private final String text;
    private final boolean tagged;

    OfResource(String text) {
      this(text, false);
    }

    OfResource(String text, boolean tagged) {
      this.text = text;
      this.tagged = tagged;
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public boolean isTagged() {
      return tagged;
    }
  }

  /// Of headers that are answered with 501: what they ask for is not done, denied or not.
  enum Refused implements ConditionName {
    X_AMZ_SERVER_SIDE_ENCRYPTION("s3:x-amz-server-side-encryption"),
    X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID("s3:x-amz-server-side-encryption-aws-kms-key-id"),
    X_AMZ_SERVER_SIDE_ENCRYPTION_CUSTOMER_ALGORITHM(
        "s3:x-amz-server-side-encryption-customer-algorithm"),
    X_AMZ_WEBSITE_REDIRECT_LOCATION("s3:x-amz-website-redirect-location"),
    OBJECT_LOCK_MODE("s3:object-lock-mode"),
    OBJECT_LOCK_LEGAL_HOLD("s3:object-lock-legal-hold"),
    OBJECT_LOCK_RETAIN_UNTIL_DATE("s3:object-lock-retain-until-date"),
    OBJECT_LOCK_REMAINING_RETENTION_DAYS("s3:object-lock-remaining-retention-days");

    private final String text;

    Refused(String text) {
      this.text = text;
    }

    @Override
    public String text() {
      return text;
    }
  }

  /// Of what is not here: organisations, private networks, sessions, tags of users, access points
  /// and jobs.
  enum NeverSet implements ConditionName {
    PRINCIPAL_TAG("aws:PrincipalTag", true),
    PRINCIPAL_ORG_ID("aws:PrincipalOrgID"),
    PRINCIPAL_ORG_PATHS("aws:PrincipalOrgPaths"),
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
    CALLED_VIA("aws:CalledVia"),
    CALLED_VIA_FIRST("aws:CalledViaFirst"),
    CALLED_VIA_LAST("aws:CalledViaLast"),
    RESOURCE_ORG_ID("aws:ResourceOrgID"),
    RESOURCE_ORG_PATHS("aws:ResourceOrgPaths"),
    ASSUMED_ROOT("aws:AssumedRoot"),
    EC2_INSTANCE_SOURCE_VPC("aws:Ec2InstanceSourceVpc"),
    EC2_INSTANCE_SOURCE_PRIVATE_IPV4("aws:Ec2InstanceSourcePrivateIPv4"),
    ACCESS_POINT_TAG("s3:AccessPointTag", true),
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

    private final String text;
    private final boolean tagged;

    NeverSet(String text) {
      this(text, false);
    }

    NeverSet(String text, boolean tagged) {
      this.text = text;
      this.tagged = tagged;
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public boolean isTagged() {
      return tagged;
    }
  }
}
