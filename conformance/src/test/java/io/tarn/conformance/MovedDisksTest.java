package io.tarn.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Disks that are somewhere else at the next start, or not there at all: the node is found where it
/// is now, or the server does not start and says what to do. It never begins anew in silence. The
/// object in it is a small one: it lies in the metadata, and no volume has a blob.
@Tag("slow")
class MovedDisksTest {
  @TempDir Path directory;
  private Path one;
  private Path two;

  @BeforeEach
  void makeNode() throws Exception {
    one = directory.resolve("one");
    two = directory.resolve("two");
    serve(this::putSmall, one, two);
  }

  private interface Use {
    void of(S3Client client) throws Exception;
  }

  private void putSmall(S3Client client) {
    client.createBucket(r -> r.bucket("bucket"));
    client.putObject(r -> r.bucket("bucket").key("small"), RequestBody.fromString("there"));
  }

  private void seeSmall(S3Client client) {
    ResponseBytes<GetObjectResponse> found =
        client.getObjectAsBytes(r -> r.bucket("bucket").key("small"));
    assertThat(found.asUtf8String()).isEqualTo("there");
  }

  private ServerProcess server(Object... words) {
    String[] texts = Stream.of(words).map(Object::toString).toArray(String[]::new);
    return new ServerProcess(directory.resolve("log"), texts);
  }

  private void serve(Use use, Object... words) throws Exception {
    try (ServerProcess server = server(words).start();
        S3Client client = server.client()) {
      use.of(client);
      assertThat(server.stop()).isZero();
    }
  }

  private void isRefused(String reason, Object... words) {
    isRefused(reason, server(words));
  }

  private static void isRefused(String reason, ServerProcess starting) {
    try (starting) {
      assertThatThrownBy(starting::start)
          .isInstanceOf(ServerProcess.Ended.class)
          .hasMessageContaining("cannot start: ")
          .hasMessageContaining(reason);
    }
  }

  private Path move(Path from, String to) throws IOException {
    return Files.move(from, directory.resolve(to));
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }

  @Test
  void the_order_of_the_directories_and_where_they_are_mean_nothing() throws Exception {
    serve(this::seeSmall, two, one);
    assertThat(two.resolve(".tarn")).doesNotExist();
    Path moved = move(one, "moved");
    serve(this::seeSmall, two, moved);
    serve(this::seeSmall, moved, two);
  }

  @Test
  void a_node_does_not_begin_anew_where_its_first_disk_is_not_mounted() throws Exception {
    Path away = move(one, "away");
    String reason = "two is a volume of node ";
    isRefused(reason, one, two);
    isRefused(reason, two);
    Files.createDirectory(one); // the bare mount point
    isRefused(reason, one, two);
    assertThat(two.resolve(".tarn")).doesNotExist();
    assertThat(one).isEmptyDirectory();
    serve(this::seeSmall, away, two);
  }

  @Test
  void a_missing_volume_is_no_empty_disk_though_it_has_no_blob() throws Exception {
    isRefused("1 volume(s) of this node are missing", one);
    Path away = move(two, "away");
    isRefused("(last at " + two + ")", one, two);
    Files.createDirectory(two);
    isRefused(two + " is no volume: is its disk mounted?", one, two);
    assertThat(two).isEmptyDirectory();
    serve(this::seeSmall, one, away);
  }

  @Test
  void a_slip_of_the_pen_is_not_adopted() throws Exception {
    Path slip = directory.resolve("tow");
    isRefused("tow is no volume of this node", one, two, slip);
    assertThat(slip).doesNotExist();
    serve(this::seeSmall, one, two);
  }

  @Test
  void a_volume_of_another_node_is_refused_with_and_without_blobs() throws Exception {
    Path other = directory.resolve("other");
    Path more = directory.resolve("more");
    serve(this::putSmall, other, more);
    isRefused("more is a volume of node ", one, two, more);
    isRefused("put away the one that is not to be served", one, two, other);
    serve(
        client ->
            client.putObject(
                r -> r.bucket("bucket").key("large"), RequestBody.fromBytes(new byte[3_000_000])),
        other,
        more);
    isRefused("more is a volume of node ", one, two, more);
    isRefused("put away the one that is not to be served", one, two, other, more);
    serve(this::seeSmall, one, two);
    serve(this::seeSmall, more, other);
  }

  @Test
  void metadata_in_a_directory_of_its_own_is_looked_for_there() throws Exception {
    Path meta = move(one.resolve(".tarn"), "meta");
    isRefused("one is a volume of node ", one, two);
    serve(this::seeSmall, one, two, "--metadata=" + meta);
    isRefused("one is a volume of node ", one, two, "--metadata=" + directory.resolve("slip"));
    Path moved = move(meta, "moved");
    serve(this::seeSmall, two, one, "--metadata=" + moved);
  }

  @Test
  void metadata_that_is_not_where_it_is_said_to_be_is_named() throws Exception {
    Path elsewhere = directory.resolve("elsewhere");
    isRefused("there is a node in " + one, one, two, "--metadata=" + elsewhere);
    assertThat(elsewhere).doesNotExist();
    serve(this::seeSmall, one, two, "--metadata=" + one.resolve(".tarn"));
  }

  @Test
  void a_node_without_its_tables_is_not_a_new_one() throws Exception {
    Path db = one.resolve(".tarn/db");
    Path tables = move(db.resolve("db"), "tables");
    Files.delete(db.resolve("watermark")); // as a restore that is half done
    assertThat(db.resolve("native")).isDirectory();
    isRefused("the metadata of this node is gone from " + db, one, two);
    Files.move(tables, db.resolve("db"));
    serve(this::seeSmall, one, two);
  }

  @Test
  void what_cannot_be_looked_at_is_not_absent() throws Exception {
    Path real = move(one.resolve(".tarn"), "meta");
    Path away = directory.resolve("not-mounted");
    for (Path target : List.of(away, one.resolve(".tarn"))) { // to nothing, and to itself
      Files.createSymbolicLink(one.resolve(".tarn"), target);
      isRefused(".tarn", one, two);
      assertThat(away).doesNotExist();
      Files.delete(one.resolve(".tarn"));
    }
    Files.createSymbolicLink(one.resolve(".tarn"), real);
    serve(this::seeSmall, one, two);
  }

  @Test
  void a_lost_master_key_is_not_replaced() throws Exception {
    Path key = one.resolve(".tarn/master.key");
    Path real = move(key, "key");
    isRefused("master key", one, two);
    Files.createSymbolicLink(key, directory.resolve("not-mounted"));
    isRefused("master key", one, two);
    assertThat(directory.resolve("not-mounted")).doesNotExist();
    Files.delete(key);
    Files.createSymbolicLink(key, real);
    serve(this::seeSmall, one, two);
  }

  @Test
  void a_bare_mount_point_in_the_fstab_is_no_place_for_a_new_node() throws Exception {
    assumeTrue(LoopImage.possible(), "SKIPPED, needs root: an fstab of its own");
    Path bare = Files.createDirectory(directory.resolve("bare"));
    Path fstab = directory.resolve("fstab");
    Files.writeString(fstab, "UUID=0 %s ext4 defaults 0 2\n".formatted(bare.toRealPath()));
    isRefused(
        "no disk is mounted at " + bare.toRealPath(),
        server(bare.resolve("data"))
            .after(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind " + fstab + " /etc/fstab && exec \"$@\"",
                "sh"));
    assertThat(bare).isEmptyDirectory();
  }

  @Test
  void told_so_a_server_does_not_begin_anew_anywhere() throws Exception {
    delete(two);
    delete(one);
    isRefused("new-node is false", one, two, "--new-node=false");
    assertThat(one).doesNotExist();
    serve(this::putSmall, one, two, "--new-node");
    serve(this::seeSmall, one, two, "--new-node=false");
  }

  /// As after a crash between any two steps of the first start on a node of the first format.
  @Test
  void a_node_of_the_first_format_is_taken_up_from_wherever_that_was_cut_short() throws Exception {
    Path node = one.resolve(".tarn/node.json");
    String settled = Files.readString(node);
    for (List<Path> old :
        List.of(List.of(one, two, node), List.of(two, node), List.of(node), List.of(one))) {
      for (Path each : old) toFirstFormat(each);
      serve(this::seeSmall, two, one);
      serve(this::seeSmall, one, two);
      assertThat(Files.readString(node)).isEqualTo(settled);
      for (Path volume : List.of(one, two)) {
        assertThat(Files.readString(volume.resolve("volume.json"))).contains("\"format\": 2");
      }
    }
  }

  private static void toFirstFormat(Path path) throws IOException {
    boolean volume = Files.isDirectory(path);
    Path file = volume ? path.resolve("volume.json") : path;
    String text = Files.readString(file);
    Files.writeString(
        file,
        volume
            ? text.replaceAll(".*(\"id\": \"[^\"]+\").*", "{\"format\": 1, $1}")
            : text.replaceAll("\"format\":2,\"compat\":\\[],\"incompat\":\\[]", "\"format\":1")
                .replaceAll("\\{\"id\":(\"[^\"]+\")[^}]*}", "$1")
                .replaceAll(",\"forgotten\":\\[]", ""));
  }
}
