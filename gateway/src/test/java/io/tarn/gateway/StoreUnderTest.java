package io.tarn.gateway;

import io.tarn.store.Part;
import io.tarn.testkit.Claim;
import io.tarn.testkit.Profile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/// What the gateway serves while it is tested. The build runs the tests of this module over each of
/// these, by the property `tarn.test.store`; those of which the store is no part, it runs once.
enum StoreUnderTest {
  /// Own buckets.
  INDEXED,
  /// The model.
  MEMORY,
  /// Buckets that are linked to those of another server, which is asked in S3 over HTTP.
  ORIGIN;

  /// The tag of a test that runs over the first alone: it opens what it tests itself, or what it
  /// tests asks no store.
  static final String ONCE = "once";

  static final StoreUnderTest CHOSEN =
      valueOf(System.getProperty("tarn.test.store", "indexed").toUpperCase(Locale.ROOT));

  /// In a directory of its own.
  Backing open(Path directory) {
    return switch (this) {
      case INDEXED -> Backing.indexed(directory);
      case MEMORY -> Backing.memory(Part.MIN_SIZE);
      case ORIGIN -> Backing.origin(directory);
    };
  }

  private Profile profile() {
    return switch (this) {
      case INDEXED, MEMORY -> Profile.COMPLETE;
      case ORIGIN -> FarBuckets.PROFILE;
    };
  }

  static boolean can(Claim claim) {
    return CHOSEN.profile().has(claim);
  }

  /// Skips the case that calls it, of a test with many, unless the store can do this.
  static void require(Claim claim) {
    if (!can(claim)) throw new TestAbortedException(reason(claim));
  }

  private static String reason(Claim claim) {
    return "needs " + claim + ", because " + CHOSEN.profile().reason(claim);
  }

  /// Skips what the store cannot do that [OverStoresWith] names.
  static final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<Claim> lacking =
          AnnotationSupport.findAnnotation(context.getElement(), OverStoresWith.class).stream()
              .flatMap(needs -> Stream.of(needs.value()))
              .filter(claim -> !can(claim))
              .findFirst();
      return lacking
          .map(claim -> ConditionEvaluationResult.disabled(reason(claim)))
          .orElse(ConditionEvaluationResult.enabled("the store can do all of it"));
    }
  }
}
