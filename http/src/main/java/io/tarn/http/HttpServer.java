package io.tarn.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.tarn.budget.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listening HTTP/1.1 server: event loops parse and send, one virtual thread per request runs the
/// {@link Handler}.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int BACKLOG = 1024;
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final byte[] FULL =
      "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
          .getBytes(ISO_8859_1);

  private final ListenerState site;
  private final @Nullable Tls tls;
  private final MultiThreadIoEventLoopGroup group;
  private final IdentityHashMap<EventLoop, Loop> loops = new IdentityHashMap<>();
  private final Channel listener;
  private final @Nullable Thread certificateWatch;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// Binds and serves until closed, with plain-text answers to malformed requests.
  ///
  /// @throws UncheckedIOException when the address cannot be bound or the certificate not be read
  public static HttpServer start(HttpSettings settings, Handler handler) {
    return start(settings, handler, BadRequest.PLAIN);
  }

  public static HttpServer start(HttpSettings settings, Handler handler, BadRequest badRequest) {
    Path certificate = settings.certificate();
    Path key = settings.privateKey();
    Tls tls = certificate == null || key == null ? null : new Tls(certificate, key);
    var bounds = Bounds.of(settings.limits());
    var budgets = Budgets.of(settings);
    var forwarding = new Forwarding(settings.trustedProxies());
    var site =
        new ListenerState(
            settings,
            bounds,
            budgets,
            handler,
            badRequest,
            forwarding,
            new OpenCount(),
            new AtomicBoolean());
    return new HttpServer(site, tls);
  }

  private HttpServer(ListenerState site, @Nullable Tls tls) {
    this.site = site;
    this.tls = tls;
    HttpSettings settings = site.settings();
    int threads =
        settings.eventLoops() > 0
            ? settings.eventLoops()
            : Runtime.getRuntime().availableProcessors();
    var epoll = Epoll.isAvailable();
    group =
        new MultiThreadIoEventLoopGroup(
            threads,
            new LoopThreads(settings.listen().port(), closed),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    group.forEach(
        executor -> {
          var loop = (EventLoop) executor;
          loops.put(loop, Loop.on(loop, settings.timeouts()));
        });
    listener = bind(settings, epoll);
    certificateWatch = tls == null ? null : Thread.startVirtualThread(this::watchCertificate);
  }

  private Channel bind(HttpSettings settings, boolean epoll) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new Reads(site.budgets().bodies()))
            .childHandler(new Reception());
    ChannelFuture bound =
        bootstrap.bind(settings.listen().toSocketAddress()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      release();
      throw new UncheckedIOException(
          "cannot listen on %s: %s".formatted(settings.listen(), reason(bound.cause())),
          new IOException(bound.cause()));
    }
    return bound.channel();
  }

  /// In the words of the system, without the call that failed: `Address already in use`.
  private static String reason(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return text.substring(text.lastIndexOf(": ") < 0 ? 0 : text.lastIndexOf(": ") + 2);
  }

  /// Meets each new connection.
  @Sharable
  private final class Reception extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      var remote = (InetSocketAddress) channel.remoteAddress();
      Lease place =
          remote == null
              ? null
              : site.budgets().connections().open(Network.of(remote.getAddress()));
      if (place == null || !place.tryTake(1)) {
        site.open().refused();
        if (tls == null) {
          channel
              .writeAndFlush(Unpooled.wrappedBuffer(FULL))
              .addListener(ChannelFutureListener.CLOSE);
        } else {
          var _ = channel.close();
        }
        return;
      }
      site.open().opened();
      channel
          .closeFuture()
          .addListener(
              _ -> {
                place.close();
                site.open().closed();
              });
      Loop loop = loops.get(channel.eventLoop());
      if (loop == null) throw new IllegalStateException("a connection on a foreign event loop");
      if (tls != null) {
        channel
            .pipeline()
            .addLast(
                tls.handler(
                    channel.alloc(), site.budgets().heads().open(Network.of(remote.getAddress()))));
      }
      channel.pipeline().addLast(new Connection(site, loop, channel, tls != null));
    }
  }

  /// The bound TCP port.
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /// What has happened so far.
  public HttpCounts counts() {
    return site.open().counts();
  }

  /// What its connections share.
  Budgets budgets() {
    return site.budgets();
  }

  /// Reads the certificate files again for connections to come. The old certificate stays in use
  /// when the new one cannot be read. False without TLS.
  ///
  /// @throws UncheckedIOException when the files cannot be read or do not fit
  public boolean reloadTls() {
    if (tls == null) return false;
    tls.reload();
    return true;
  }

  private void watchCertificate() {
    while (!closed.get() && tls != null) {
      try {
        Thread.sleep(site.settings().timeouts().certificateCheck());
        tls.reloadIfChanged();
      } catch (UncheckedIOException e) {
        LOG.warn("The TLS certificate changed but cannot be used; the old one stays", e);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /// Stops accepting, lets requests in flight finish with `Connection: close`, closes idle
  /// connections, and waits until none is left or the time is over. True when all finished. Close
  /// the server afterwards.
  public boolean drain(Duration patience) {
    site.draining().set(true);
    listener.close().awaitUninterruptibly();
    onEveryConnection(Connection::drain);
    return site.open().awaitQuiet(patience);
  }

  private void onEveryConnection(Consumer<Connection> action) {
    loops.forEach((executor, loop) -> executor.execute(() -> loop.connections().forEach(action)));
  }

  /// Closes the listener and every connection at once. A request in flight meets {@link
  /// ClientGone}; handlers get a few seconds to notice.
  @Override
  public void close() {
    if (closed.getAndSet(true)) return;
    if (certificateWatch != null) certificateWatch.interrupt();
    listener.close().awaitUninterruptibly();
    // The loops go last: a handler that is just handing them a response must hear that it failed.
    onEveryConnection(connection -> connection.close("the server is closing"));
    var _ = site.open().awaitQuiet(LAST_WORDS);
    release();
  }

  private void release() {
    closed.set(true);
    group
        .shutdownGracefully(0, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
    if (tls != null) tls.close();
  }
}
