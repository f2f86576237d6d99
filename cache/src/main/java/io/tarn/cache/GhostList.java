package io.tarn.cache;

/// The blocks that went last, up to so many bytes of them, each as 64 bits of its id: two that
/// agree in these are one in eighteen million million million, and would only be counted wrongly.
/// It takes some 40 bytes of memory for each: there can be as many as blocks.
///
/// In the order in which they went in a ring, and by id in a table with open addressing. One that
/// came back leaves its place in the ring empty.
final class GhostList {
  private static final int LEAST = 64;

  private final long capacity;
  private long[] ring = new long[LEAST];
  private int[] costs = new int[LEAST]; // 0 for one that came back
  private int first; // places count on, and wrap around at the end of the numbers
  private int next;
  private long[] ids = new long[2 * LEAST]; // 0 for none
  private int[] places = new int[2 * LEAST];
  private int count;
  private long bytes;

  /// `capacity`: most bytes that they were of.
  GhostList(long capacity) {
    this.capacity = capacity;
  }

  private static long nameOf(BlockId id) {
    long name = id.high() ^ Long.rotateLeft(id.low(), 32) ^ (id.number() * 0x9E3779B97F4A7C15L);
    return name == 0 ? 1 : name;
  }

  boolean contains(BlockId id) {
    return ids[find(nameOf(id))] != 0;
  }

  /// One that went.
  void add(BlockId id, long cost) {
    var _ = remove(id);
    while (count > 0 && bytes + cost > capacity) forgetFirst();
    if (bytes + cost > capacity) return;
    if (next - first == ring.length) growRing();
    if (2 * count >= ids.length) growTable();
    long name = nameOf(id);
    int place = next++;
    ring[place & (ring.length - 1)] = name;
    costs[place & (ring.length - 1)] = Math.toIntExact(cost);
    int at = find(name);
    ids[at] = name;
    places[at] = place;
    count++;
    bytes += cost;
  }

  /// One that comes back. False when it is none of them.
  boolean remove(BlockId id) {
    int at = find(nameOf(id));
    if (ids[at] == 0) return false;
    int slot = places[at] & (ring.length - 1);
    take(at, slot);
    return true;
  }

  private void forgetFirst() {
    int slot = first++ & (ring.length - 1);
    if (costs[slot] != 0) take(find(ring[slot]), slot);
  }

  private void take(int at, int slot) {
    bytes -= costs[slot];
    costs[slot] = 0;
    count--;
    // Whoever stands behind and would have liked a place up to here, moves up.
    int mask = ids.length - 1;
    int free = at;
    for (int each = (at + 1) & mask; ids[each] != 0; each = (each + 1) & mask) {
      int wanted = home(ids[each]);
      if (((each - wanted) & mask) < ((each - free) & mask)) continue;
      ids[free] = ids[each];
      places[free] = places[each];
      free = each;
    }
    ids[free] = 0;
  }

  private int home(long name) {
    return (int) ((name * 0x9E3779B97F4A7C15L) >>> 32) & (ids.length - 1);
  }

  /// Where it is in the table, or would be.
  private int find(long name) {
    int at = home(name);
    while (ids[at] != 0 && ids[at] != name) at = (at + 1) & (ids.length - 1);
    return at;
  }

  /// Twice as long, or without the places of those that came back.
  private void growRing() {
    int length = 2 * count < ring.length ? ring.length : 2 * ring.length;
    long[] names = new long[length];
    int[] sizes = new int[length];
    int to = 0;
    for (int from = first; from != next; from++) {
      int slot = from & (ring.length - 1);
      if (costs[slot] == 0) continue;
      names[to] = ring[slot];
      sizes[to] = costs[slot];
      places[find(ring[slot])] = to++;
    }
    ring = names;
    costs = sizes;
    first = 0;
    next = to;
  }

  private void growTable() {
    long[] names = ids;
    int[] numbers = places;
    ids = new long[2 * names.length];
    places = new int[2 * names.length];
    for (int i = 0; i < names.length; i++) {
      if (names[i] == 0) continue;
      int at = find(names[i]);
      ids[at] = names[i];
      places[at] = numbers[i];
    }
  }
}
