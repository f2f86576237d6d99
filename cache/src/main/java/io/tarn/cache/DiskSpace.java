package io.tarn.cache;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the disks said a moment ago; two directories on one of them count once.
final class DiskSpace implements BlockStore.FreeSpace {
  @Override
  public long under(List<CacheDirectory> directories) throws IOException {
    Set<FileStore> disks = new HashSet<>();
    long free = 0;
    for (CacheDirectory directory : directories) {
      if (!disks.add(directory.disk())) continue;
      if (directory.sizes().total() == 0) throw new IOException(directory.path() + " does not say");
      free += directory.sizes().free();
    }
    return free;
  }
}
