package io.tarn.store;

/// Where a page starts. Positions are strings, not keys: a marker may be any text. A group that is
/// not greater than the marker is not listed again.
///
/// A store for which the pages of one listing belong together says so in `scan`, at most
/// [#MAX_SCAN] printable characters of ASCII that nobody else understands, empty where there is
/// none. The position is enough without: a store that does not know the scan any more goes on from
/// there.
public sealed interface ListFrom {
  int MAX_SCAN = 1024;

  ListFrom START = new After("");

  String scan();

  /// Strictly after this text; the text need not exist. As given by a client (`marker`,
  /// `start-after`).
  record After(String text, String scan) implements ListFrom {
    public After {
      bound(scan);
    }

    public After(String text) {
      this(text, "");
    }
  }

  /// After everything that starts with this text: the continuation behind a group.
  record PastGroup(String group, String scan) implements ListFrom {
    public PastGroup {
      bound(scan);
    }

    public PastGroup(String group) {
      this(group, "");
    }
  }

  private static void bound(String scan) {
    if (scan.length() > MAX_SCAN || !scan.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("what a scan is called is too long or not printable");
    }
  }
}
