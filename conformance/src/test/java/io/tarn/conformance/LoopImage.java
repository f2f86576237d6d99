package io.tarn.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A file system of its own in a file, mounted through a loop device. What the file system was not
/// asked to sync stays in its page cache and is not in the file, so a copy of the file is what a
/// power cut leaves. Needs root.
final class LoopImage implements AutoCloseable {
  private final Path image;
  private final Path mountPoint;
  private boolean mounted;

  private LoopImage(Path image, Path mountPoint) {
    this.image = image;
    this.mountPoint = mountPoint;
  }

  static boolean possible() {
    return "root".equals(System.getProperty("user.name"))
        && Files.exists(Path.of("/dev/loop-control"))
        && Files.isExecutable(Path.of("/sbin/mkfs.ext4"));
  }

  /// A fresh ext4 whose journal commits only when asked (`commit` is far away).
  static LoopImage create(Path directory, String name, int mebibytes) throws IOException {
    Path image = directory.resolve(name + ".img");
    run("truncate", "-s", mebibytes + "M", image.toString());
    run(
        "/sbin/mkfs.ext4",
        "-q",
        "-F",
        "-E",
        "lazy_itable_init=0,lazy_journal_init=0",
        image.toString());
    var created = new LoopImage(image, Files.createDirectories(directory.resolve(name)));
    created.mount();
    return created;
  }

  Path directory() {
    return mountPoint;
  }

  private void mount() throws IOException {
    run("mount", "-o", "loop,commit=600,noatime", image.toString(), mountPoint.toString());
    mounted = true;
  }

  /// What a power cut at this moment leaves, mounted elsewhere.
  LoopImage cut(Path directory, String name) throws IOException {
    Path copy = directory.resolve(name + ".img");
    run("cp", "--sparse=always", image.toString(), copy.toString());
    var after = new LoopImage(copy, Files.createDirectories(directory.resolve(name)));
    after.mount();
    return after;
  }

  /// The file system ends as on a fatal error of its disk: whatever touches it fails with an I/O
  /// error, and what was not synced is lost (ioctl `FS_IOC_SHUTDOWN` with `NOLOGFLUSH`).
  void shutDown() throws IOException {
    String program =
        "import fcntl,os,struct,sys;"
            + "fcntl.ioctl(os.open(sys.argv[1],os.O_RDONLY),0x8004587d,struct.pack('I',2))";
    run("python3", "-c", program, mountPoint.toString());
  }

  /// Until this is closed, whatever would write to the file system waits, as for a disk that does
  /// not answer. It ends with this process, too, and by itself after a while.
  Frozen freeze() throws IOException {
    String program =
        "fsfreeze -f \"$1\" && echo frozen; timeout 120 cat; fsfreeze -u \"$1\"; exit 0";
    Process process =
        new ProcessBuilder("sh", "-c", program, "freeze", mountPoint.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var frozen = new Frozen(process);
    if (!"frozen".equals(process.inputReader().readLine())) {
      frozen.close();
      throw new IOException("cannot freeze " + mountPoint);
    }
    return frozen;
  }

  /// A file system that takes no writes for now.
  record Frozen(Process process) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      process.getOutputStream().close();
      try {
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new IOException("it does not thaw");
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (mounted) run("umount", mountPoint.toString());
    mounted = false;
    Files.deleteIfExists(image);
  }

  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    try {
      byte[] output = process.getInputStream().readAllBytes();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            "%s: %s"
                .formatted(
                    String.join(" ", command),
                    new String(output, java.nio.charset.StandardCharsets.UTF_8)));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
