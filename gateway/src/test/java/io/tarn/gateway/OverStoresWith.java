package io.tarn.gateway;

import io.tarn.testkit.Claim;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the store under the gateway must be able to do for a test, or for all of a class; over one
/// that cannot, they are skipped. Of a test with cases, each case can ask for itself
/// ([StoreUnderTest#require]).
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(StoreUnderTest.Condition.class)
@interface OverStoresWith {
  Claim[] value();
}
