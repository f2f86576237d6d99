package io.tarn.identity;

/// What `GetBucketPolicyStatus` answers.
public final class PolicyStatus {
  private PolicyStatus() {}

  /// Whether a bucket policy lets everyone in: a statement allows `*` and none of its conditions
  /// binds that to fixed values of who or where the caller is (S3 user guide, "The meaning of
  /// public").
  public static boolean isPublic(Policy bucketPolicy) {
    for (Statement statement : bucketPolicy.statements()) {
      if (statement.effect() == Effect.ALLOW
          && statement.principals().everyone()
          && statement.conditions().stream().noneMatch(PolicyStatus::isBinding)) return true;
    }
    return false;
  }

  private static boolean isBinding(Condition condition) {
    return !condition.operator().isNegated()
        && condition.operator() != Operator.NULL
        && !condition.ifExists()
        && condition.quantifier() != Condition.Quantifier.ALL
        && isAboutOrigin(condition.key().name())
        && condition.values().stream().allMatch(Comparison::isFixed);
  }

  @SuppressWarnings("MissingCasesInEnumSwitch")
  private static boolean isAboutOrigin(ConditionName name) {
    return switch (name) {
      case SOURCE_IP, SOURCE_ARN, SOURCE_VPC, SOURCE_VPCE, SOURCE_ACCOUNT -> true;
      case USER_ID, PRINCIPAL_ARN, PRINCIPAL_ACCOUNT -> true; // not a name: anybody may have it
      case PRINCIPAL_ORG_ID, PRINCIPAL_ORG_PATHS, DATA_ACCESS_POINT_ARN -> true;
      case DATA_ACCESS_POINT_ACCOUNT, X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID -> true;
      default -> false;
    };
  }
}
