package io.tarn.cache;

import io.tarn.store.ContentRange;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Read;
import io.tarn.store.Slice;
import io.tarn.store.SliceSource;
import io.tarn.store.Span;
import io.tarn.store.StoreFailure;
import io.tarn.testkit.Bodies;
import io.tarn.testkit.MemoryStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An origin that notes what it is asked, answers bytes in pieces, and can be told to do so badly.
final class TestOrigin {
  static final int PIECE = 16 << 10;

  final MemoryStore store = new MemoryStore(InstantSource.system(), 5);
  final List<String> calls = new CopyOnWriteArrayList<>();
  final List<Span> opened = new CopyOnWriteArrayList<>();

  /// What reads fail with.
  volatile @Nullable StoreFailure down;

  /// Called before each piece, with how many bytes went before it.
  volatile LongConsumer beforePiece = _ -> {};

  /// What becomes of the bytes of an answer.
  volatile UnaryOperator<byte[]> body = bytes -> bytes;

  ObjectStore asStore() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              calls.add(method.getName());
              boolean reads = List.of("open", "head", "measure").contains(method.getName());
              StoreFailure failure = down;
              if (reads && failure != null) throw failure;
              try {
                Object answer = method.invoke(store, arguments);
                if (!(answer instanceof OpenObject open)) return answer;
                opened.add(((Read) arguments[0]).wanted().span());
                return new InPieces(open);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  long count(String call) {
    return calls.stream().filter(call::equals).count();
  }

  private final class InPieces implements OpenObject, SliceSource {
    private final OpenObject open;
    private final byte[] bytes;
    private int at;

    InPieces(OpenObject open) {
      this.open = open;
      this.bytes = body.apply(Bodies.bytes(open.payload()));
    }

    @Override
    public ObjectHead head() {
      return open.head();
    }

    @Override
    public ContentRange slice() {
      return open.slice();
    }

    @Override
    public List<Part> parts() {
      return open.parts();
    }

    @Override
    public Payload payload() {
      return new Payload.Slices(open.slice().length(), this);
    }

    @Override
    public @Nullable Slice next() {
      beforePiece.accept(at);
      if (at == bytes.length) return null;
      int end = Math.min(bytes.length, at + PIECE);
      var piece = new Slice.Memory(ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, end)));
      at = end;
      return piece;
    }

    @Override
    public void close() {
      open.close();
    }
  }
}
