package io.tarn.disk;

import io.tarn.store.BlobAt;
import io.tarn.store.BlobId;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The names of files beside blobs that are kept free: a blob's name, a dot, and anything that is
/// no ending of today. `<blob>.<number>` is for one fragment of a blob whose bytes are cut over
/// several volumes. This program makes none of them and can read none; so whoever meets one tells
/// of it, and nobody takes it for a blob, for what belongs to one, or for rubbish. See
/// docs/design/006-formats.md.
public final class ReservedName {
  private static final int ID = 26;

  /// Names taken from a directory in one pass through it.
  private static final int AT_ONCE = 32_768;

  private ReservedName() {}

  static boolean is(String name) {
    return name.length() > ID
        && name.charAt(ID) == '.'
        && BlobId.isName(name.substring(0, ID))
        && !ShareNote.isName(name);
  }

  /// What to say of the files of such names on a volume, of the first so many. Fails with
  /// [StoreFailure.Unavailable] when they cannot be listed.
  public static List<String> problems(Volume volume, int most) {
    var problems = new ArrayList<String>();
    var met = new Told(volume, problems, most);
    String after = "";
    List<BlobId> page;
    do {
      page = volume.list(after, AT_ONCE, met);
      if (!page.isEmpty()) after = page.getLast().text();
    } while (page.size() == AT_ONCE);
    return problems;
  }

  private record Told(Volume volume, List<String> problems, int most) implements BlobNames.Met {
    @Override
    public void foreign(Path file) {}

    @Override
    public void reserved(Path file) {
      tell("%s: %s".formatted(file, problem(file.getFileName().toString())));
    }

    private void tell(String problem) {
      if (problems.size() < most) problems.add(problem);
    }

    @Override
    public void unreadable(Path directory, IOException why) {
      tell("%s cannot be listed: %s".formatted(directory, why));
      volume.readFailed(why);
    }
  }

  /// What to say of the file of such a name.
  static String problem(String name) {
    String ending = name.substring(ID + 1);
    String what =
        isFragment(ending)
            ? "it is fragment %s of blob %s".formatted(ending, name.substring(0, ID))
            : "it is of a kind that is not known here";
    return what + "; use a newer Tarn, which wrote it";
  }

  /// From 0, as a number is written.
  private static boolean isFragment(String ending) {
    for (int number = 0; number < BlobAt.MOST_HOLDERS; number++) {
      if (ending.equals(String.valueOf(number))) return true;
    }
    return false;
  }
}
