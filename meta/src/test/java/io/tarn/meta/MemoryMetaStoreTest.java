package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.meta.CommitResult.Committed;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryMetaStoreTest extends MetaStoreContract {
  @Override
  MetaStore open() {
    return new MemoryMetaStore();
  }

  private static CommitResult commit(MetaStore to, Batch.Need need, Op... ops) {
    return await(to.commit(new Batch(1, List.of(), List.of(ops), Durability.SYNC, need)));
  }

  @Test
  void beyond_its_bound_it_takes_only_what_ends_or_deletes_something() {
    MetaStore bounded = MemoryMetaStore.bounded(100_000);
    int taken = 0;
    Op more = new Op.Put(key("k0"), new byte[1_000]);
    try {
      for (; taken < 1_000; taken++) {
        more = new Op.Put(key("k" + taken), new byte[1_000]);
        commit(bounded, Batch.Need.ROOM, more);
      }
    } catch (MetaException.Full e) {
      assertThat(bounded.health().full()).isTrue();
    }
    assertThat(taken).isBetween(50, 100);
    Op first = more;
    assertThatThrownBy(() -> commit(bounded, Batch.Need.ROOM, first))
        .isInstanceOf(MetaException.Full.class);
    assertThat(commit(bounded, Batch.Need.END, put(key("m"), "marker")))
        .isInstanceOf(Committed.class);
    assertThat(commit(bounded, Batch.Need.NOTHING, first)).isInstanceOf(Committed.class);
    for (int i = 0; i < 10; i++) commit(bounded, Batch.Need.ROOM, new Op.Delete(key("k" + i)));
    assertThat(commit(bounded, Batch.Need.ROOM, first)).isInstanceOf(Committed.class);
    assertThat(bounded.health().full()).isFalse();
  }

  @Test
  void without_a_bound_it_takes_everything() {
    MetaStore unbounded = new MemoryMetaStore();
    for (Batch.Need need : Batch.Need.values()) {
      assertThat(commit(unbounded, need, put(key("k"), need.name()))).isInstanceOf(Committed.class);
      assertThat(commit(unbounded, need, put(key(need.name()), "v"))).isInstanceOf(Committed.class);
    }
  }

  @Test
  void rows_that_are_replaced_or_deleted_take_no_room_any_more() {
    MetaStore bounded = MemoryMetaStore.bounded(20_000);
    for (int i = 0; i < 1_000; i++) {
      commit(bounded, Batch.Need.ROOM, new Op.Put(key("a"), new byte[i * 10]));
      commit(bounded, Batch.Need.ROOM, new Op.Put(key("b" + i), new byte[1_000], key("c" + i)));
      commit(bounded, Batch.Need.ROOM, new Op.Delete(key("b" + i), key("c" + i)));
      commit(bounded, Batch.Need.ROOM, new Op.DeleteRange(range("b", "d")));
    }
    assertThat(bounded.health().full()).isFalse();
  }
}
