package io.tarn.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Puts a distance between a client and a server: every byte arrives half a round trip later, and
/// the first of a connection a whole one more, for its handshake. What is on its way at a time is
/// bounded, as a window of TCP does it. Runs until it is killed.
@Command(
    name = "delay",
    description = "A TCP proxy with a round trip of so long.",
    mixinStandardHelpOptions = true)
final class DelayCommand implements Callable<Integer> {
  private static final int PIECE = 64 << 10;

  @Option(names = "--listen", required = true, description = "Port of 127.0.0.1.")
  private int port;

  @Option(names = "--to", required = true, description = "Port of 127.0.0.1 that it passes on to.")
  private int to;

  @Option(names = "--round-trip", defaultValue = "50ms", description = "Default: ${DEFAULT-VALUE}.")
  private Duration roundTrip = Duration.ZERO;

  @Option(
      names = "--window",
      defaultValue = "4MiB",
      description =
          "Most bytes on their way in a direction of a connection. Default: ${DEFAULT-VALUE}.")
  private String window = "";

  @Override
  public Integer call() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      while (true) {
        SocketChannel client = server.accept();
        long accepted = System.nanoTime();
        Thread.ofVirtual().start(() -> connect(client, accepted));
      }
    }
  }

  private void connect(SocketChannel client, long accepted) {
    try (client;
        SocketChannel far =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), to))) {
      long shaken = accepted + roundTrip.toNanos();
      Thread back = Thread.ofVirtual().start(() -> pass(far, client, accepted));
      pass(client, far, shaken);
      back.join();
    } catch (IOException e) {
      System.err.println("delay: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// What is on its way: bytes, or null for the end, and when it arrives.
  private record Sent(@Nullable ByteBuffer bytes, long arrives) {}

  /// One direction; `from` may be read from then on.
  private void pass(SocketChannel from, SocketChannel into, long begins) {
    var underway = new LinkedBlockingQueue<Sent>();
    var room = new Semaphore(Math.toIntExact(ByteSize.parse(window)));
    Thread arrivals = Thread.ofVirtual().start(() -> arrive(underway, room, into));
    try {
      while (true) {
        room.acquire(PIECE);
        ByteBuffer bytes = ByteBuffer.allocate(PIECE);
        int count = from.read(bytes);
        long now = Math.max(System.nanoTime(), begins);
        long arrives = now + roundTrip.toNanos() / 2;
        underway.add(new Sent(count < 0 ? null : bytes.flip(), arrives));
        if (count < 0) break;
        room.release(PIECE - count);
      }
    } catch (IOException e) {
      underway.add(new Sent(null, System.nanoTime())); // one side is gone: the other ends, too
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    join(arrivals);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void arrive(
      LinkedBlockingQueue<Sent> underway, Semaphore room, SocketChannel into) {
    boolean broken = false;
    try {
      while (true) {
        Sent next = underway.take();
        for (long left; (left = next.arrives - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(left);
        }
        ByteBuffer bytes = next.bytes;
        if (bytes == null) {
          into.shutdownOutput();
          return;
        }
        int count = bytes.remaining();
        while (!broken && bytes.hasRemaining()) broken = !write(into, bytes);
        room.release(count);
      }
    } catch (IOException e) {
      System.err.println("delay: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// False where nobody takes it any more: then the rest is read and dropped, until its sender
  /// ends.
  private static boolean write(SocketChannel into, ByteBuffer bytes) {
    try {
      into.write(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
