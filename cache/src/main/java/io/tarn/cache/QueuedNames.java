package io.tarn.cache;

import io.tarn.store.Key;
import io.tarn.store.ListFrom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import org.jspecify.annotations.Nullable;

/// What a page of a listing has to know of the queue: the elements that queued writes make or take
/// away, in order, as far as was looked.
///
/// - `end`: the name up to which this is all; null for all there is
record QueuedNames(List<Element> elements, @Nullable String end) {
  /// So many keys are looked at for a page; beyond them it ends early.
  private static final int MOST = 10_000;

  private static final String BEHIND_ALL = Character.toString(Character.MAX_CODE_POINT);

  /// One name, of a key or of a group.
  sealed interface Element {
    String name();
  }

  record Put(String name, QueuedWrite write) implements Element {}

  record Gone(String name) implements Element {}

  /// A group with something queued in it.
  record GroupPut(String name) implements Element {}

  /// A group of which these keys are gone.
  record GroupGone(String name, Set<String> keys) implements Element {}

  /// What is asked for, the same for all kinds of listing.
  record Asked(String prefix, String delimiter, ListFrom from) {
    @Nullable String group(String key) {
      int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      return at < 0 ? null : key.substring(0, at + delimiter.length());
    }

    private boolean isAfter(String name) {
      return switch (from) {
        case ListFrom.After(var marker, _) -> Key.compareUtf8(name, marker) > 0;
        case ListFrom.PastGroup(var group, _) ->
            Key.compareUtf8(name, group) > 0 && !name.startsWith(group);
      };
    }

    private String start() {
      String marker =
          switch (from) {
            case ListFrom.After(var text, _) -> text;
            case ListFrom.PastGroup(var group, _) -> group + BEHIND_ALL;
          };
      return Key.compareUtf8(marker, prefix) > 0 ? marker : prefix;
    }
  }

  /// Looks until so many elements are visible.
  static QueuedNames of(ConcurrentNavigableMap<String, QueuedKey> keys, Asked asked, int visible) {
    List<Element> elements = new ArrayList<>();
    int looked = 0;
    int seen = 0;
    String at = asked.start();
    boolean inclusive = true;
    while (true) {
      Map.Entry<String, QueuedKey> next = inclusive ? keys.ceilingEntry(at) : keys.higherEntry(at);
      if (next == null || !next.getKey().startsWith(asked.prefix)) {
        return new QueuedNames(elements, null);
      }
      if (!elements.isEmpty() && (looked >= MOST || seen >= visible)) {
        return new QueuedNames(elements, elements.getLast().name());
      }
      String key = next.getKey();
      String group = asked.group(key);
      Element element = group == null ? single(key, next.getValue()) : group(keys, key, group);
      looked += element instanceof GroupGone(var _, var gone) ? gone.size() : 1;
      if (element != null && asked.isAfter(element.name())) {
        elements.add(element);
        if (element instanceof Put || element instanceof GroupPut) seen++;
      }
      at = group == null ? key : behind(keys, group);
      inclusive = group != null;
    }
  }

  /// From where on there are no keys of a group.
  private static String behind(ConcurrentNavigableMap<String, QueuedKey> keys, String group) {
    String at = group + BEHIND_ALL;
    for (String key = keys.ceilingKey(at);
        key != null && key.startsWith(group);
        key = keys.ceilingKey(at)) {
      at = key + '\0';
    }
    return at;
  }

  /// Null when it has just gone to the origin.
  private static @Nullable Element single(String name, QueuedKey key) {
    QueuedKey.Item newest = key.newest();
    if (newest == null) return null;
    return newest.write().isDelete() ? new Gone(name) : new Put(name, newest.write());
  }

  private static @Nullable Element group(
      ConcurrentNavigableMap<String, QueuedKey> keys, String first, String group) {
    Set<String> gone = new HashSet<>();
    for (Map.Entry<String, QueuedKey> each : keys.tailMap(first, true).entrySet()) {
      if (!each.getKey().startsWith(group)) break;
      switch (single(each.getKey(), each.getValue())) {
        case Put _ -> {
          return new GroupPut(group);
        }
        case Gone(var name) -> gone.add(name);
        case null -> {}
        case GroupPut _, GroupGone _ -> throw new IllegalStateException("no single one");
      }
    }
    return gone.isEmpty() ? null : new GroupGone(group, gone);
  }

  /// Whether something queued behind a name takes elements away.
  static boolean isGoneBehind(
      ConcurrentNavigableMap<String, QueuedKey> keys, String prefix, String name) {
    for (Map.Entry<String, QueuedKey> each : keys.tailMap(name, false).entrySet()) {
      if (Key.compareUtf8(each.getKey(), prefix) < 0) continue;
      if (!each.getKey().startsWith(prefix)) return false;
      QueuedKey.Item newest = each.getValue().newest();
      if (newest != null && newest.write().isDelete()) return true;
    }
    return false;
  }
}
