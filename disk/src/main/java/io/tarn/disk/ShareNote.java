package io.tarn.disk;

import io.tarn.io.Closer;
import io.tarn.io.LinuxFile;
import io.tarn.io.ReadableFile;
import io.tarn.store.BlobId;
import io.tarn.store.BlobLabel;
import io.tarn.store.StoreFailure.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What stands beside a blob whose file is one more name of another blob's: `<blob>.shared`. The
/// footer of the file names the blob that it was written for; the note says that the file is
/// rightly this blob's, too, and what this one was made for. So a file that is under another's name
/// by mistake is still found out.
///
/// - label: what the blob says of itself (see [BlobLabel]), at most 8 KiB of text
/// - trailer: magic `TARNSHR1`, blob id (26, ASCII), id of the blob that the file was written for
///   (26), length of the label (4), and the CRC32C (4) of label and trailer
///
/// - `written`: the blob that the file was written for
record ShareNote(BlobId blob, BlobId written, BlobLabel label) {
  private static final String ENDING = ".shared";
  private static final byte[] MAGIC = "TARNSHR1".getBytes(StandardCharsets.US_ASCII);
  private static final int ID = 26;
  private static final int TRAILER = 8 + 2 * ID + 4 + 4;

  /// The note of a blob, by the name of its file.
  static Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + ENDING);
  }

  /// Whether a note can have this name.
  static boolean isName(String name) {
    return name.endsWith(ENDING)
        && BlobId.isName(name.substring(0, name.length() - ENDING.length()));
  }

  ByteBuffer toBytes() {
    byte[] words = label.toBytes();
    ByteBuffer note = ByteBuffer.allocate(words.length + TRAILER);
    note.put(words).put(MAGIC);
    note.put(blob.text().getBytes(StandardCharsets.US_ASCII));
    note.put(written.text().getBytes(StandardCharsets.US_ASCII));
    note.putInt(words.length);
    var crc = new CRC32C();
    crc.update(note.array(), 0, note.position());
    return note.putInt((int) crc.getValue()).flip();
  }

  /// Fails with [Corrupt] if it is not the note of `blob`.
  static ShareNote read(ReadableFile file, BlobId blob) throws IOException {
    long size = file.size();
    if (size < TRAILER || size > TRAILER + BlobLabel.MAX_BYTES) throw damaged(blob);
    ByteBuffer whole = BlobFile.Footer.readFully(file, 0, (int) size);
    int words = (int) size - TRAILER;
    var crc = new CRC32C();
    crc.update(whole.slice(0, (int) size - 4));
    boolean sound =
        whole.slice(words, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
            && text(whole, words + MAGIC.length).equals(blob.text())
            && whole.getInt((int) size - 8) == words
            && whole.getInt((int) size - 4) == (int) crc.getValue();
    String written = text(whole, words + MAGIC.length + ID);
    if (!sound || !BlobId.isName(written)) throw damaged(blob);
    byte[] label = new byte[words];
    whole.get(0, label);
    BlobLabel said = words == 0 ? null : BlobLabel.ofBytes(label);
    return new ShareNote(blob, new BlobId(written), said == null ? BlobLabel.NONE : said);
  }

  private static String text(ByteBuffer whole, int at) {
    byte[] bytes = new byte[ID];
    whole.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static Corrupt damaged(BlobId blob) {
    return BlobFile.Footer.damaged(blob, "the note that it shares another's file is damaged");
  }

  /// The note of the blob in `file`; null when there is none. May wait for the disk.
  static @Nullable ShareNote find(Path file, BlobId blob, Closer closer) throws IOException {
    try (ReadableFile note = ReadableFile.open(beside(file), closer)) {
      return read(note, blob);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /// Fails with [Corrupt] unless the blob has a note that its file, which was written for
  /// `written`, is its own. May wait for the disk.
  static void require(Path file, BlobId blob, BlobId written, Closer closer) throws IOException {
    requireThat(find(file, blob, closer), blob, written);
  }

  /// As [#require], without waiting; fails with [IOException] where that cannot be done.
  static void requireCached(Path file, BlobId blob, BlobId written, Closer closer)
      throws IOException {
    LinuxFile note = LinuxFile.openCached(beside(file), closer);
    if (note == null) throw new ReadableFile.NotCached();
    try (note) {
      requireThat(read(new LinuxFile.Cached(note), blob), blob, written);
    }
  }

  private static void requireThat(@Nullable ShareNote note, BlobId blob, BlobId written) {
    if (note == null || !note.written.equals(written)) {
      throw BlobFile.Footer.damaged(blob, "the file holds another blob, " + written);
    }
  }
}
