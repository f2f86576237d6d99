package io.tarn.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tarn.store.Acl;
import io.tarn.store.Conditions;
import io.tarn.store.ETags;
import io.tarn.store.Incoming;
import io.tarn.store.ListFrom;
import io.tarn.store.ListObjects;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Written;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// Origins that decide conditions otherwise than in one step with the write are found out.
class ConditionalWritesTest {
  private final FaultyOrigin origin = new FaultyOrigin();

  private void require(ObjectStore store) {
    ConditionalWrites.require(store, origin.bucket(), ".tarn/");
  }

  /// The origin, but for its writes.
  private ObjectStore writing(BiFunction<Put, Incoming, Written> write) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("put")) {
                return write.apply((Put) arguments[0], (Incoming) arguments[1]);
              }
              try {
                return method.invoke(origin.there(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Put with(Put put, Conditions conditions) {
    return new Put(
        put.bucket(), put.key(), put.owner(), put.metadata(), put.tags(), conditions, Acl.PRIVATE);
  }

  @Test
  void an_origin_that_decides_in_one_step_passes_and_nothing_is_left_there() {
    require(origin.there());

    assertThat(
            origin
                .there()
                .list(new ListObjects(origin.bucket(), "", "", ListFrom.START, 10))
                .items())
        .isEmpty();
  }

  @Test
  void one_that_looks_first_and_writes_afterwards_is_refused() {
    ObjectStore looking =
        writing(
            (put, content) -> {
              boolean wantsNothing = put.conditions().ifNoneMatch().isSaid();
              try {
                ObjectHead head = origin.there().head(new Read(put.bucket(), put.key()));
                Conditions.Condition unmet = put.conditions().unmetByWrite(head.content());
                if (unmet != null) throw StoreFailure.ConditionFailed.of(unmet);
              } catch (StoreFailure.NoSuchKey e) {
                if (!wantsNothing) throw e;
              }
              Uninterrupted.run(() -> Thread.sleep(10));
              return origin.there().put(with(put, Conditions.NONE), content);
            });

    assertThatThrownBy(() -> require(looking))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("not atomic")
        .hasMessageContaining("at once");
  }

  @Test
  void one_that_does_not_know_if_match_is_refused() {
    ObjectStore deaf =
        writing(
            (put, content) -> {
              Conditions kept =
                  new Conditions(ETags.UNSAID, put.conditions().ifNoneMatch(), null, null);
              return origin.there().put(with(put, kept), content);
            });

    assertThatThrownBy(() -> require(deaf)).hasMessageContaining("If-Match");
  }

  @Test
  void one_that_does_not_know_if_none_match_is_refused() {
    ObjectStore deaf =
        writing(
            (put, content) -> {
              Conditions kept =
                  new Conditions(put.conditions().ifMatch(), ETags.UNSAID, null, null);
              return origin.there().put(with(put, kept), content);
            });

    assertThatThrownBy(() -> require(deaf)).hasMessageContaining("If-None-Match");
  }

  @Test
  void where_it_cannot_be_found_out_nothing_is_begun() {
    ObjectStore silent =
        writing(
            (_, _) -> {
              throw new StoreFailure.Indeterminate("no answer", null);
            });

    assertThatThrownBy(() -> require(silent))
        .isInstanceOf(StoreFailure.Unavailable.class)
        .hasMessageContaining("cannot be found out");
  }
}
