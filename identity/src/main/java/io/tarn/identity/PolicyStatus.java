package io.tarn.identity;

import java.util.Set;

/// What `GetBucketPolicyStatus` answers.
public final class PolicyStatus {
  /// Not the name of a user: anybody may have it.
  private static final Set<ConditionName> ABOUT_ORIGIN =
      Set.of(
          ConditionName.OfArrival.SOURCE_IP,
          ConditionName.NeverSet.SOURCE_ARN,
          ConditionName.NeverSet.SOURCE_VPC,
          ConditionName.NeverSet.SOURCE_VPCE,
          ConditionName.NeverSet.SOURCE_ACCOUNT,
          ConditionName.OfCaller.USER_ID,
          ConditionName.OfCaller.PRINCIPAL_ARN,
          ConditionName.OfCaller.PRINCIPAL_ACCOUNT,
          ConditionName.NeverSet.PRINCIPAL_ORG_ID,
          ConditionName.NeverSet.PRINCIPAL_ORG_PATHS,
          ConditionName.NeverSet.DATA_ACCESS_POINT_ARN,
          ConditionName.NeverSet.DATA_ACCESS_POINT_ACCOUNT,
          ConditionName.Refused.X_AMZ_SERVER_SIDE_ENCRYPTION_AWS_KMS_KEY_ID);

  private PolicyStatus() {}

  /// Whether a bucket policy lets everyone in: a statement allows `*` and none of its conditions
  /// binds that to fixed values of who or where the caller is (S3 user guide, "The meaning of
  /// public").
  public static boolean isPublic(Policy bucketPolicy) {
    for (Statement statement : bucketPolicy.statements()) {
      if (statement.effect() == Effect.ALLOW
          && statement.principals().everyone()
          && statement.conditions().stream().noneMatch(PolicyStatus::isBinding)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBinding(Condition condition) {
    return !condition.operator().isNegated()
        && condition.operator() != Operator.NULL
        && !condition.ifExists()
        && condition.quantifier() != Condition.Quantifier.ALL
        && ABOUT_ORIGIN.contains(condition.key().name())
        && condition.values().stream().allMatch(Comparison::isFixed);
  }
}
