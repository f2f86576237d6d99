package io.tarn.tree;

import io.tarn.store.Bucket;
import io.tarn.store.BucketName;
import io.tarn.store.Conditions;
import io.tarn.store.Delete;
import io.tarn.store.Home;
import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectPage;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.Versioning;
import io.tarn.store.Written;
import io.tarn.testkit.Bodies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A directory, a bucket `box` in it, and the origin over it, which can be opened again.
final class Tree implements AutoCloseable {
  static final Metadata METADATA = new Metadata(Map.of("content-type", "a/b"), Map.of("k", "ü\n"));
  static final Tags TAGS = new Tags(Map.of("colour", "blue"));

  private final Path root;
  private final boolean attributes;
  private DirectoryOrigin origin;

  Tree(Path root, boolean attributes) throws IOException {
    this.root = root;
    this.attributes = attributes;
    Files.createDirectories(root.resolve("box"));
    origin = Trees.open(root, attributes);
  }

  Path root() {
    return root;
  }

  DirectoryOrigin origin() {
    return origin;
  }

  /// As after a restart, of a process that ended whenever.
  void reopen() {
    origin.close();
    origin = Trees.open(root, attributes);
  }

  static Bucket linked(String directory, String prefix) {
    var home = new Home.Linked("tree", directory, prefix, DirectoryOrigin.CAPABILITIES);
    return new Bucket(
        new BucketName("box"),
        1,
        1,
        new TenantId("anna"),
        "here",
        Instant.EPOCH,
        Versioning.OFF,
        home);
  }

  Bucket bucket() {
    return linked("box", "");
  }

  Path file(String key) {
    return root.resolve("box").resolve(key);
  }

  Written put(String key, String text) {
    var put = new Put(bucket(), new Key(key), bucket().owner(), METADATA, TAGS, Conditions.NONE);
    return origin.put(put, Bodies.of(text));
  }

  void delete(String key) {
    origin.delete(new Delete(bucket(), new Key(key)));
  }

  ObjectHead head(String key) {
    return origin.head(new Read(bucket(), new Key(key)));
  }

  String text(String key) {
    return new String(
        Bodies.drain(origin.open(new Read(bucket(), new Key(key)))), StandardCharsets.UTF_8);
  }

  List<String> list(Bucket bucket, String prefix, String delimiter) {
    var said = new ArrayList<String>();
    ListFrom from = ListFrom.START;
    for (int pages = 0; from != null && pages < 1000; pages++) {
      ObjectPage page = origin.list(new ListObjects(bucket, prefix, delimiter, from, 1000));
      said.addAll(said(page));
      from = page.next();
    }
    return said;
  }

  static List<String> said(ObjectPage page) {
    var said = new ArrayList<String>();
    for (ObjectPage.Listed listed : page.items()) {
      said.add(
          switch (listed) {
            case ObjectPage.ListedObject object -> object.key().text();
            case ObjectPage.Group(var group) -> "[" + group + "]";
          });
    }
    return said;
  }

  List<String> list() {
    return list(bucket(), "", "");
  }

  @Override
  public void close() {
    origin.close();
  }
}
