package io.tarn.meta;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Another store whose pages are as short as [Page] allows: one item, or none where a page begins
/// between two rows, and a `next` also where nothing follows. What is right over such pages is
/// right over any; for tests of those who scan.
public final class ShortPages implements MetaStore {
  private final MetaStore store;

  public ShortPages(MetaStore store) {
    this.store = store;
  }

  @Override
  public CompletionStage<Page> scan(Scan scan) {
    return store
        .scan(scan.limitedTo(1))
        .thenApply(page -> page.items().isEmpty() ? page : cut(scan, page));
  }

  private static Page cut(Scan scan, Page page) {
    Item item = page.items().getFirst();
    MetaKey first = first(item);
    if (scan.range().fromInclusive().compareTo(first) < 0) {
      return new Page(List.of(), Optional.of(first), page.examined());
    }
    return new Page(List.of(item), Optional.ofNullable(after(item)), page.examined());
  }

  private static MetaKey first(Item item) {
    return switch (item) {
      case Item.Row(var entry) -> entry.key();
      case Item.Rollup(var prefix) -> new MetaKey(prefix);
    };
  }

  private static @Nullable MetaKey after(Item item) {
    return switch (item) {
      case Item.Row(var entry) -> entry.key().successor();
      case Item.Rollup(var prefix) -> {
        byte[] after = KeyBytes.afterPrefix(prefix);
        yield after == null ? null : new MetaKey(after);
      }
    };
  }

  @Override
  public Limits limits() {
    return store.limits();
  }

  @Override
  public CompletionStage<Optional<Entry>> get(MetaKey key) {
    return store.get(key);
  }

  @Override
  public CompletionStage<List<Optional<Entry>>> getAll(List<MetaKey> keys) {
    return store.getAll(keys);
  }

  @Override
  public CompletionStage<CommitResult> commit(Batch batch) {
    return store.commit(batch);
  }

  @Override
  public Subscription subscribe(List<KeyRange> ranges, ChangeListener listener) {
    return store.subscribe(ranges, listener);
  }

  @Override
  public CompletionStage<List<Damage>> verify() {
    return store.verify();
  }

  @Override
  public CompletionStage<Long> backup(Path directory) {
    return store.backup(directory);
  }

  @Override
  public Health health() {
    return store.health();
  }

  @Override
  public void close() {
    store.close();
  }
}
