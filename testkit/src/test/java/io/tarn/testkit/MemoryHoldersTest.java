package io.tarn.testkit;

import io.tarn.store.Blobs;
import io.tarn.testkit.MemoryHolders.Failing;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Of three holders one fails, for each blob the next one.
@ParameterizedClass
@MethodSource("failures")
class MemoryHoldersTest extends BlobsContract {
  @Parameter(0)
  Failing failing = Failing.NOT;

  @Parameter(1)
  int first;

  static Stream<Arguments> failures() {
    return Arrays.stream(Failing.values())
        .flatMap(each -> IntStream.range(0, 3).mapToObj(first -> Arguments.of(each, first)));
  }

  @Override
  protected Blobs blobs() {
    return new MemoryHolders(
        (holder, blob) -> holder == (blob.lower() + first) % 3 ? failing : Failing.NOT);
  }
}
