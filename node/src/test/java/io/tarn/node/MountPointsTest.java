package io.tarn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountPointsTest {
  private static final List<String> FSTAB =
      List.of(
          "# <file system> <mount point> <type> <options> <dump> <pass>",
          "",
          "UUID=01 /          ext4  errors=remount-ro 0 1",
          "UUID=02 none       swap  sw                0 0",
          "UUID=03 /srv/disk1 xfs   noatime           0 2",
          "UUID=04 /srv/disk\\0402 xfs noauto         0 2",
          "tmpfs   /srv/fast  tmpfs size=1g           0 0",
          "# UUID=05 /srv/old xfs   defaults          0 2");

  @TempDir Path directory;

  private static Path unmounted(String directory, String... mounts) throws IOException {
    return MountPoints.of(FSTAB, List.of(mounts)).unmounted(Path.of(directory)).orElse(Path.of(""));
  }

  @Test
  void a_directory_on_or_below_a_bare_mount_point_is_found() throws IOException {
    assertThat(unmounted("/srv/disk1")).isEqualTo(Path.of("/srv/disk1"));
    assertThat(unmounted("/srv/disk1/tarn/data")).isEqualTo(Path.of("/srv/disk1"));
    assertThat(unmounted("/srv/disk 2/tarn")).isEqualTo(Path.of("/srv/disk 2"));
  }

  @Test
  void what_is_mounted_or_meant_for_no_disk_is_not() throws IOException {
    String mounted = "/dev/sdb1 /srv/disk1 xfs rw 0 0";
    assertThat(unmounted("/srv/disk1/tarn", mounted)).isEqualTo(Path.of(""));
    assertThat(unmounted("/srv/disk2", mounted)).isEqualTo(Path.of(""));
    assertThat(unmounted("/srv/disk10")).isEqualTo(Path.of(""));
    assertThat(unmounted("/srv/fast")).isEqualTo(Path.of(""));
    assertThat(unmounted("/srv/old")).isEqualTo(Path.of(""));
    assertThat(unmounted("/home/data")).isEqualTo(Path.of(""));
  }

  @Test
  void a_link_into_a_bare_mount_point_is_found() throws IOException {
    Path point = Files.createDirectories(directory.toRealPath().resolve("disk"));
    Path link = Files.createSymbolicLink(directory.resolve("data"), point);
    var points = MountPoints.of(List.of("UUID=06 " + point + " ext4 defaults 0 2"), List.of());
    assertThat(points.unmounted(link.resolve("tarn"))).contains(point);
  }
}
