package io.tarn.files;

import io.tarn.store.BlobId;
import java.security.SecureRandom;
import java.time.InstantSource;

/// Makes ids. Those of one node are in the order they were made, also within a millisecond and when
/// the clock was set back; nobody guesses the next one of another millisecond. Thread-safe.
final class FileIds {
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private long millis;
  private int high;
  private long low;

  FileIds(InstantSource clock) {
    this.clock = clock;
  }

  synchronized FileId next() {
    long now = clock.millis();
    if (now > millis) {
      millis = now;
      high = random.nextInt(1 << 15); // leaves room to count up
      low = random.nextLong();
    } else if (++low == 0) {
      high++;
    }
    return new FileId(BlobId.of(millis, high, low).text());
  }
}
