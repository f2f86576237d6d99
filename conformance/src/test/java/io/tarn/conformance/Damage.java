package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// What disks, controllers and people do to files.
enum Damage {
  FLIPPED_BIT {
    @Override
    byte[] of(byte[] bytes, Random random) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      return bytes;
    }
  },
  ZEROED_RANGE {
    @Override
    byte[] of(byte[] bytes, Random random) {
      int from = random.nextInt(bytes.length);
      Arrays.fill(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(4096)), (byte) 0);
      return bytes;
    }
  },
  SWAPPED_RANGES {
    @Override
    byte[] of(byte[] bytes, Random random) {
      int length = Math.max(1, Math.min(512, bytes.length / 4));
      int first = random.nextInt(bytes.length - length + 1);
      int second = random.nextInt(bytes.length - length + 1);
      byte[] kept = Arrays.copyOfRange(bytes, first, first + length);
      System.arraycopy(bytes, second, bytes, first, length);
      System.arraycopy(kept, 0, bytes, second, length);
      return bytes;
    }
  },
  CUT_SHORT {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
  },
  EMPTIED {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return new byte[0];
    }
  },
  GONE {
    @Override
    byte[] of(byte[] bytes, Random random) {
      return new byte[0];
    }
  };

  private static final int TRIES = 100;

  abstract byte[] of(byte[] bytes, Random random);

  /// Damages the file, and makes sure that it is another one afterwards.
  void doTo(Path file, Random random) throws IOException {
    if (this == GONE) {
      Files.delete(file);
      return;
    }
    byte[] before = Files.readAllBytes(file);
    for (int i = 0; i < TRIES; i++) {
      byte[] after = of(before.clone(), random);
      if (Arrays.equals(before, after)) continue;
      Files.write(file, after);
      return;
    }
    throw new IOException("cannot damage %s of %d bytes".formatted(file, before.length));
  }
}
