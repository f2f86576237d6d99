package io.tarn.meta;

final class MemoryMetaStoreTest extends MetaStoreContract {
  @Override
  MetaStore open() {
    return new MemoryMetaStore();
  }
}
