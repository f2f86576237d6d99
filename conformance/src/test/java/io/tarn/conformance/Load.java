package io.tarn.conformance;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.S3Client;

/// Writers at work. They end with the server, or when they are told to.
final class Load implements AutoCloseable {
  private final ExecutorService writers;

  /// What a writer does until the server is gone or its thread is interrupted.
  interface Writer {
    void write(S3Client client, int number, Random random);
  }

  Load(S3Client client, Writer writer, int count, Random random) {
    writers = Executors.newFixedThreadPool(count);
    for (int i = 0; i < count; i++) {
      int number = i;
      var own = new Random(random.nextLong());
      var _ = writers.submit(() -> writer.write(client, number, own));
    }
  }

  /// Waits for the writers, which end because the server has. True when they did.
  boolean awaitEnd() {
    writers.shutdown();
    try {
      return writers.awaitTermination(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Ends the writers after the operation that each is at.
  @Override
  public void close() {
    writers.shutdownNow();
    awaitEnd();
  }
}
