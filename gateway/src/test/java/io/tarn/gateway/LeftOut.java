package io.tarn.gateway;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Prints at the end of a run which tests were skipped, by the reasons why.
public final class LeftOut implements TestExecutionListener {
  /// Of each reason, how many of each class.
  private final Map<String, Map<String, Integer>> counts = new TreeMap<>();

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    count(test, reason);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() != TestExecutionResult.Status.ABORTED) return;
    count(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason was given"));
  }

  private void count(TestIdentifier test, String reason) {
    counts.computeIfAbsent(reason, _ -> new TreeMap<>()).merge(where(test), 1, Integer::sum);
  }

  private static String where(TestIdentifier test) {
    String type =
        switch (test.getSource().orElse(null)) {
          case MethodSource method -> method.getClassName();
          case ClassSource all -> all.getClassName();
          case null, default -> test.getDisplayName();
        };
    return type.substring(type.lastIndexOf('.') + 1);
  }

  @Override
  public synchronized void testPlanExecutionFinished(TestPlan plan) {
    if (counts.isEmpty()) return;
    System.out.println("Over " + StoreUnderTest.CHOSEN + " was left out what");
    counts.forEach(
        (reason, classes) ->
            System.out.println(
                classes.entrySet().stream()
                    .map(each -> each.getKey() + " (" + each.getValue() + ")")
                    .collect(Collectors.joining(", ", "  " + reason + ": ", ""))));
  }
}
