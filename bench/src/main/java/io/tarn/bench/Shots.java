package io.tarn.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Requests made before the clock starts: their heads lie one after the other in one direct buffer.
/// Immutable, so loops on several threads may share it.
final class Shots {
  private final ByteBuffer slab;
  private final int[] ends;
  private final long[] bodies;
  private final boolean[] bodiless;

  private Shots(ByteBuffer slab, int[] ends, long[] bodies, boolean[] bodiless) {
    this.slab = slab;
    this.ends = ends;
    this.bodies = bodies;
    this.bodiless = bodiless;
  }

  static Shots of(List<Request> requests) {
    var heads = new ArrayList<byte[]>(requests.size());
    int size = 0;
    for (Request request : requests) {
      byte[] head = request.head().getBytes(ISO_8859_1);
      heads.add(head);
      size = Math.addExact(size, head.length);
    }
    ByteBuffer slab = ByteBuffer.allocateDirect(size);
    int[] ends = new int[heads.size()];
    long[] bodies = new long[heads.size()];
    boolean[] bodiless = new boolean[heads.size()];
    for (int i = 0; i < ends.length; i++) {
      slab.put(heads.get(i));
      ends[i] = slab.position();
      bodies[i] = requests.get(i).bodyBytes();
      bodiless[i] = requests.get(i).method().equals("HEAD");
    }
    return new Shots(slab.clear(), ends, bodies, bodiless);
  }

  int count() {
    return ends.length;
  }

  /// A view of all heads, to be aimed with [#aim]. One per connection.
  ByteBuffer view() {
    return slab.duplicate();
  }

  void aim(ByteBuffer view, int shot) {
    view.limit(ends[shot]).position(shot == 0 ? 0 : ends[shot - 1]);
  }

  long bodyBytes(int shot) {
    return bodies[shot];
  }

  /// Whether the reply has no body whatever its headers say.
  boolean bodiless(int shot) {
    return bodiless[shot];
  }
}
