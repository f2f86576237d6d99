package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.meta.CommitResult.Committed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A store to try, and the words that the contract suites are written in.
abstract class MetaStoreWords {

  /// What the stores under test keep apart.
  static final KeyRange CONTENTS = KeyRange.ofPrefix(MetaKey.of("D"));

  private final AtomicLong tokens = new AtomicLong(1_000);
  MetaStore store;

  /// An empty store.
  abstract MetaStore open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  interface Work {
    void run(int i) throws Exception;
  }

  static void concurrently(int callers, Work work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> running =
          IntStream.range(0, callers)
              .mapToObj(
                  i ->
                      CompletableFuture.runAsync(
                          () -> {
                            try {
                              work.run(i);
                            } catch (Exception e) {
                              throw new IllegalStateException(e);
                            }
                          },
                          threads))
              .toList();
      for (CompletableFuture<Void> one : running) one.get();
    }
  }

  static <T> T await(CompletionStage<T> stage) {
    return MetaStore.await(stage);
  }

  static MetaKey key(String name) {
    return MetaKey.of(name);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(Entry entry) {
    return new String(entry.value(), StandardCharsets.UTF_8);
  }

  static KeyRange range(String from, String to) {
    return new KeyRange(key(from), key(to));
  }

  static Entry entry(String name, String value, long version) {
    return new Entry(key(name), bytes(value), version);
  }

  static Op put(MetaKey key, String value) {
    return new Op.Put(key, bytes(value));
  }

  Optional<Entry> get(String name) {
    return await(store.get(key(name)));
  }

  long put(String name, String value) {
    return commitAt(List.of(), new Op.Put(key(name), bytes(value)));
  }

  CommitResult commit(Op... ops) {
    return commit(List.of(), ops);
  }

  CommitResult commit(List<Guard> guards, Op... ops) {
    return await(store.commit(Batch.of(tokens.incrementAndGet(), guards, List.of(ops))));
  }

  /// Commits and answers the token.
  long commitAt(List<Guard> guards, Op... ops) {
    long token = tokens.incrementAndGet();
    assertThat(await(store.commit(Batch.of(token, guards, List.of(ops)))))
        .isInstanceOf(Committed.class);
    return token;
  }

  Page scan(Scan scan) {
    return await(store.scan(scan));
  }

  static List<String> show(Page page) {
    return page.items().stream()
        .map(
            item ->
                switch (item) {
                  case Item.Row(var entry) -> entry.key().toString();
                  case Item.Rollup(var prefix) -> "[" + new MetaKey(prefix) + "]";
                })
        .toList();
  }

  List<String> names(Scan scan) {
    return show(scan(scan));
  }

  /// Everything, page after page.
  List<String> pages(Scan scan) {
    List<String> all = new ArrayList<>();
    Optional<MetaKey> next = Optional.of(scan.range().fromInclusive());
    while (next.isPresent()) {
      Page page = scan(scan.from(next.get()));
      all.addAll(show(page));
      next = page.next();
    }
    return all;
  }
}
