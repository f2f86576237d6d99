package io.tarn.cache;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Asks the disks; two directories on one of them count once.
final class DiskSpace implements BlockStore.FreeSpace {
  @Override
  public long under(List<CacheDirectory> directories) throws IOException {
    Set<FileStore> disks = new HashSet<>();
    for (CacheDirectory directory : directories) disks.add(Files.getFileStore(directory.path()));
    long free = 0;
    for (FileStore disk : disks) free += disk.getUsableSpace();
    return free;
  }
}
