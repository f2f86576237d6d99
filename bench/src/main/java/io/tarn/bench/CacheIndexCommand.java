package io.tarn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32C;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes a near-cache that nobody uses believe that it has many more blocks than it has: appends
/// records to its index, whose format is that of `io.tarn.cache.IndexFile`. They have no files; of
/// a cached block that is not looked for, a start reads nothing else.
@Command(
    name = "cache-index",
    description = "Appends records of blocks to the index of a cache that is not in use.",
    mixinStandardHelpOptions = true)
final class CacheIndexCommand implements Callable<Integer> {
  private static final int RECORD = 52;
  private static final byte THERE = 1;
  private static final int LENGTH = 4096;
  private static final int FILE_BYTES = LENGTH + 128;

  @Option(names = "--index", required = true, description = "The file.")
  private Path index = Path.of("");

  @Option(
      names = "--blocks",
      defaultValue = "1000000",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int blocks;

  @Override
  public Integer call() throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(20260101);
    var crc = new CRC32C();
    try (FileChannel file =
        FileChannel.open(index, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer batch = ByteBuffer.allocate(RECORD << 12);
      for (int i = 0; i < blocks; i++) {
        int start = batch.position();
        batch.put(THERE).put((byte) 0).putShort((short) 0).putInt(LENGTH).putInt(FILE_BYTES);
        batch
            .putLong(i + 1)
            .putLong(random.nextLong())
            .putLong(random.nextLong())
            .putInt(0)
            .putLong(0);
        crc.reset();
        crc.update(batch.slice(start, RECORD - 4));
        batch.putInt((int) crc.getValue());
        if (batch.remaining() < RECORD || i == blocks - 1) {
          batch.flip();
          while (batch.hasRemaining()) file.write(batch);
          batch.clear();
        }
      }
    }
    return 0;
  }
}
