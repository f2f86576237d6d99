package io.tarn.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;

/// The master keys at hand: the first seals, all of them open. More than one while it is replaced.
record MasterKeys(List<MasterKey> keys) {
  private static final int MOST = 8;

  MasterKeys {
    keys = List.copyOf(keys);
    if (keys.isEmpty()) throw new MasterKeyFailure("there is no master key", null);
    if (keys.size() > MOST) {
      throw new MasterKeyFailure("more than " + MOST + " master keys; drop the oldest", null);
    }
  }

  /// Keys separated by commas or white space; a line that starts with `#` is a comment.
  static MasterKeys parse(String text) {
    var keys = new ArrayList<MasterKey>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("#")) continue;
      var words = new StringTokenizer(line, ", \t");
      while (words.hasMoreTokens()) keys.add(MasterKey.parse(words.nextToken()));
    }
    return new MasterKeys(keys);
  }

  MasterKey current() {
    return keys.getFirst();
  }

  Optional<MasterKey> find(String id) {
    return keys.stream().filter(key -> key.id().equals(id)).findFirst();
  }

  /// These, with a new one in front.
  MasterKeys led(MasterKey key) {
    var all = new ArrayList<MasterKey>(keys.size() + 1);
    all.add(key);
    all.addAll(keys);
    return new MasterKeys(all);
  }

  /// The current one alone.
  MasterKeys alone() {
    return new MasterKeys(List.of(current()));
  }

  String ids() {
    return String.join(", ", keys.stream().map(MasterKey::id).toList());
  }
}
