package io.tarn.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A proxy on loopback between a client and a server of HTTP/1.1, which lets some requests go wrong
/// ([WireFault]) as its rules say, and counts what has passed. The first rule that befalls a
/// request decides; a request that none befalls is passed as it is.
///
/// Each connection of a client has a thread, and each of its requests a connection to the server.
/// Closing the proxy ends all.
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 200;

  private final URI server;
  private final int port;
  private final List<FaultRule> rules = new CopyOnWriteArrayList<>();
  private final List<Passed> passed = new ArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;
  private boolean closed;

  /// A request that came by.
  ///
  /// - `fault`: what befell it; null for nothing
  /// - `status`: what the client is told, 0 as long as it was told nothing
  public record Passed(WireRequest request, @Nullable WireFault fault, int status) {}

  private FaultProxy(URI server, ServerSocket listener) {
    this.server = server;
    this.listener = listener;
    this.port = listener.getLocalPort();
  }

  /// Before the server that is at `server`, on a port of its own.
  public static FaultProxy before(URI server) throws IOException {
    var proxy = new FaultProxy(server, listen(0));
    proxy.accept();
    return proxy;
  }

  private static ServerSocket listen(int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    return socket;
  }

  /// Where clients find it.
  public URI address() {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    return URI.create("http://%s:%d".formatted(host, port));
  }

  /// Replaces the rules.
  public void rules(FaultRule... now) {
    rules.clear();
    rules.addAll(List.of(now));
  }

  /// All requests so far, in the order in which they came.
  public List<Passed> passed() {
    synchronized (passed) {
      return List.copyOf(passed);
    }
  }

  /// How many requests of each kind have come ([WireRequest#kind]).
  public Map<String, Integer> counts() {
    var counts = new TreeMap<String, Integer>();
    for (Passed each : passed()) counts.merge(each.request.kind(), 1, Integer::sum);
    return counts;
  }

  /// How many requests a fault of this kind befell.
  public int befallen(Class<? extends WireFault> kind) {
    return (int) passed().stream().filter(each -> kind.isInstance(each.fault)).count();
  }

  public void forget() {
    synchronized (passed) {
      passed.clear();
    }
  }

  /// From now on connections are refused, and those there are end.
  public synchronized void refuse() throws IOException {
    if (listener != null) listener.close();
    listener = null;
    if (acceptor != null) awaitEnd(acceptor); // until then the system goes on listening
    acceptor = null;
    for (Socket each : open) reset(each);
  }

  /// Takes connections again, at the same address.
  public synchronized void admit() throws IOException {
    if (closed || listener != null) return;
    listener = listen(port);
    accept();
  }

  private synchronized void accept() {
    ServerSocket at = listener;
    if (at == null) return;
    acceptor = Thread.ofVirtual().name("fault-proxy").start(() -> accept(at));
  }

  private static void awaitEnd(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private void accept(ServerSocket at) {
    try (at) {
      while (true) {
        Socket client = at.accept();
        Thread.ofVirtual().name("fault-proxy-connection").start(() -> serve(client));
      }
    } catch (IOException e) {
      if (!at.isClosed()) throw new IllegalStateException("no connections are taken any more", e);
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      new Connection(client).serve();
    } catch (IOException e) {
      reset(client); // one end has gone: the other is to know
    } finally {
      open.remove(client);
    }
  }

  /// Ends a connection so that the other side knows that it was no orderly end.
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      if (!socket.isClosed()) throw new IllegalStateException("a socket cannot be closed", e);
    }
  }

  static void sleep(Duration time) throws IOException {
    if (time.isZero()) return;
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /// Notes a request, before anything becomes of it, and answers where.
  private int came(WireRequest request, @Nullable WireFault fault) {
    synchronized (passed) {
      passed.add(new Passed(request, fault, 0));
      return passed.size() - 1;
    }
  }

  /// Notes what the client is told, before it is.
  private void told(int number, int status) {
    synchronized (passed) {
      if (number >= passed.size()) return; // forgotten meanwhile
      Passed came = passed.get(number);
      passed.set(number, new Passed(came.request, came.fault, status));
    }
  }

  private @Nullable WireFault fault(WireRequest request) {
    for (FaultRule rule : rules) {
      if (rule.befalls(request)) return rule.fault();
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      refuse();
    }
  }

  /// A connection of a client.
  private final class Connection {
    private static final int LINGER_MILLIS = 2000;

    private final Socket client;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket client) throws IOException {
      this.client = client;
      this.in = new BufferedInputStream(client.getInputStream());
      this.out = new BufferedOutputStream(client.getOutputStream());
    }

    void serve() throws IOException {
      for (WireHead head = WireHead.read(in); head != null; head = WireHead.read(in)) {
        String[] line = head.first().split(" ", -1);
        if (line.length != 3) throw new IOException("no request: " + head.first());
        var request = new WireRequest(line[0], line[1], head.fields());
        if (!serve(request, head, fault(request))) return;
      }
    }

    /// False when the connection has ended.
    private boolean serve(WireRequest request, WireHead head, @Nullable WireFault fault)
        throws IOException {
      int number = came(request, fault);
      switch (fault) {
        case WireFault.Silence _ -> drain();
        case WireFault.ResetAtOnce _ -> {}
        case WireFault.Refusal refusal -> answer(number, request, WireAnswer.of(refusal));
        case WireFault.ErrorInSuccess(var code) ->
            answer(number, request, WireAnswer.inSuccess(code));
        case WireFault.HtmlPage(var status) -> answer(number, request, WireAnswer.html(status));
        case WireFault.WrongRegion(var region) ->
            answer(number, request, WireAnswer.region(region));
        case null, default -> {
          forward(number, request, head, fault);
          return !client.isClosed();
        }
      }
      reset(client);
      return false;
    }

    private void drain() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }

    /// Answers instead of the server, and ends the connection in order; what is left of the body of
    /// the request is thrown away.
    private void answer(int number, WireRequest request, WireAnswer answer) throws IOException {
      told(number, answer.status());
      String text = request.method().equals("HEAD") ? answer.head() : answer.text();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
      client.shutdownOutput();
      client.setSoTimeout(LINGER_MILLIS);
      try {
        drain();
      } catch (SocketTimeoutException e) {
        client.close(); // it goes on sending all the same: it was told
      }
    }

    private void forward(int number, WireRequest request, WireHead head, @Nullable WireFault fault)
        throws IOException {
      if (fault instanceof WireFault.Latency(var before)) sleep(before);
      WireHead sent = fault instanceof WireFault.RangeIgnored ? head.without("range") : head;
      try (Socket upstream = new Socket()) {
        open.add(upstream);
        try {
          upstream.connect(new InetSocketAddress(server.getHost(), server.getPort()));
          upstream.setOption(StandardSocketOptions.TCP_NODELAY, true);
          new WireExchange(new WireExchange.Client(client, in, out), upstream)
              .pass(request, sent, fault, status -> told(number, status));
        } finally {
          open.remove(upstream);
        }
      }
    }
  }
}
