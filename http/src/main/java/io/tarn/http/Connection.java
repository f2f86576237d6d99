package io.tarn.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tarn.http.BodySender.StoredPiece.Scratch;
import io.tarn.http.HeadWriter.Persistence;
import io.tarn.http.RequestHead.Version;
import io.tarn.observe.Fatal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client connection, on its event loop: reads a head, starts the request's thread, feeds it
/// the body, sends its response, then reads the next head. Bytes of later pipelined requests wait
/// unparsed until the response before them is out, so there is one request in flight and answers
/// cannot overtake each other.
///
/// Methods are the loop's unless they say otherwise.
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private enum Phase {
    HEAD,
    BODY,
    ANSWER,
    LINGER,
    CLOSED
  }

  private final ListenerState site;
  private final Loop loop;
  private final Channel channel;
  private final boolean secure;
  private final InetSocketAddress remote;
  private final InetSocketAddress local;
  private final String network;
  private final RequestDecoder requests;
  private final IdleWatch watch;
  private final Output output;
  private final Backlog backlog;

  private Phase phase = Phase.HEAD;
  private @Nullable HttpExchange exchange;
  private @Nullable ParsedHead request;
  private RequestDecoder.@Nullable Body decoder;
  private boolean awaitsContinue;
  private boolean answering;
  private boolean answered;
  private boolean keepAlive;
  private long toDiscard;
  private volatile @Nullable String closedBecause;

  Connection(ListenerState site, Loop loop, Channel channel, boolean secure) {
    this.site = site;
    this.loop = loop;
    this.channel = channel;
    this.secure = secure;
    this.remote = (InetSocketAddress) channel.remoteAddress();
    this.local = (InetSocketAddress) channel.localAddress();
    this.network = Network.of(remote.getAddress());
    this.requests = new RequestDecoder(site.bounds());
    this.output = new Output(channel, loop.heads(), site.budgets().replies().open(network));
    this.watch = new IdleWatch(site.settings().timeouts(), site.bounds().leastRate(), channel);
    this.backlog = new Backlog(site.budgets().heads().open(network));
  }

  // For the request's thread.

  ListenerState site() {
    return site;
  }

  boolean isSecure() {
    return secure;
  }

  /// The peer's, which may be a proxy's.
  String network() {
    return network;
  }

  /// On the loop: the socket took so many bytes of the response.
  void sent(long more) {
    watch.sent(more);
  }

  /// To be used on the loop.
  Scratch scratch() {
    return loop.scratch();
  }

  ByteBuf allocate(int length) {
    return channel.alloc().directBuffer(length, length);
  }

  /// Runs a task on the loop; false when it will never run.
  boolean execute(Runnable task) {
    if (closedBecause != null) return false;
    try {
      channel.eventLoop().execute(() -> run(task));
      return true;
    } catch (RejectedExecutionException _) {
      return false;
    }
  }

  /// The engine would log what a task throws, and go on.
  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error bug) {
      LOG.error("a connection failed", bug);
      close("the server failed");
      Fatal.check(bug);
    }
  }

  void abort(String reason) {
    var _ = execute(() -> close(reason));
  }

  String whyClosed() {
    String reason = closedBecause;
    return reason == null ? "the connection was closed" : reason;
  }

  void bodyWanted(BodyQueue body) {
    var _ =
        execute(
            () -> {
              if (isCurrent(body) && awaitsContinue && !answering) {
                awaitsContinue = false;
                watch.bodyProgress();
                output.sendContinue();
              }
            });
  }

  void bodyHasRoom(BodyQueue body) {
    var _ =
        execute(
            () -> {
              if (isCurrent(body) && phase == Phase.BODY) {
                watch.bodyProgress();
                channel.config().setAutoRead(true);
              }
            });
  }

  private boolean isCurrent(BodyQueue body) {
    return exchange != null && exchange.body() == body;
  }

  // Input.

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.add(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var bytes = (ByteBuf) message;
    if (phase == Phase.LINGER || phase == Phase.CLOSED) {
      bytes.release();
      return;
    }
    watch.received(bytes.readableBytes());
    if (backlog.add(bytes)) {
      advance();
    } else {
      overdrawn();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (phase == Phase.BODY && exchange != null) exchange.body().wake();
  }

  private void advance() {
    try {
      for (ByteBuf bytes = backlog.bytes();
          bytes != null && bytes.isReadable() && step(bytes);
          bytes = backlog.bytes()) {
        // Each step consumes a head or a body.
      }
    } catch (Malformed malformed) {
      refuse(malformed);
    }
    if (!backlog.settle()) {
      overdrawn();
    } else if (phase == Phase.ANSWER && !backlog.isEmpty()) {
      // What is pipelined behind the request that is being answered waits with the client.
      channel.config().setAutoRead(false);
    }
  }

  /// There is no memory for what this client has sent and cannot be used yet.
  private void overdrawn() {
    site.open().overdrawn.increment();
    if (phase == Phase.HEAD) {
      refuse(new Malformed(503, "Please reduce your request rate."));
    } else {
      close("the client sent more than can be kept");
    }
  }

  private boolean step(ByteBuf in) throws Malformed {
    return switch (phase) {
      case HEAD -> {
        ParsedHead head = requests.parse(in);
        if (head == null) {
          watch.headBegan();
          yield false;
        }
        begin(head);
        yield true;
      }
      case BODY -> feed(in);
      case ANSWER, LINGER, CLOSED -> false;
    };
  }

  private void begin(ParsedHead head) throws Malformed {
    RequestHead.Client client =
        site.forwarding().client(remote.getAddress(), secure, head.headers());
    var began =
        new HttpExchange(
            this,
            head,
            new RequestHead(
                head.method(),
                head.target(),
                head.version(),
                head.headers(),
                remote,
                local,
                secure ? Tls.version(channel) : "",
                client));
    exchange = began;
    request = head;
    awaitsContinue = head.expectsContinue();
    decoder = head.length() == 0 ? null : new RequestDecoder.Body(head.length(), site.bounds());
    phase = decoder == null ? Phase.ANSWER : Phase.BODY;
    toDiscard = site.bounds().discard();
    watch.requestBegan();
    site.open().requestBegan();
    began.start();
  }

  private boolean feed(ByteBuf in) throws Malformed {
    BodyQueue body = required(exchange).body();
    RequestDecoder.Body frames = required(decoder);
    int before = in.readableBytes();
    watch.bodyProgress();
    // The client went ahead without the 100 it asked for.
    awaitsContinue = awaitsContinue && before == 0;
    boolean complete = frames.decode(in, body::append);
    if (answered) {
      toDiscard -= before - in.readableBytes();
      if (toDiscard < 0 && !complete) {
        linger();
        return false;
      }
    }
    if (!complete) {
      if (body.isFull()) {
        channel.config().setAutoRead(false);
        watch.bodyPaused();
      }
      return false;
    }
    decoder = null;
    phase = Phase.ANSWER;
    body.complete(frames.trailers());
    if (answered) nextRequest();
    return true;
  }

  /// Answers what is no request, or a body that goes wrong before its response began.
  private void refuse(Malformed malformed) {
    site.open().malformed.increment();
    HttpExchange current = exchange;
    exchange = null;
    if (current != null) {
      closedBecause = malformed.reason();
      current.body().fail(malformed.reason());
    }
    phase = Phase.ANSWER;
    backlog.clear();
    if (answering) {
      close(malformed.reason());
      return;
    }
    keepAlive = false;
    Response response = site.badRequest().render(malformed.status(), malformed.reason()).closing();
    Version version = request == null ? Version.HTTP_1_1 : request.version();
    var answer =
        Answer.to(new ParsedHead("", "", version, Headers.EMPTY, 0, false, false), response);
    answering = true;
    output.sendWhole(answer, Persistence.CLOSE).addListener(_ -> linger());
  }

  // Output.

  /// Whether this exchange may still write; false after a refusal, a timeout or a disconnect.
  boolean canAnswer(HttpExchange candidate) {
    return exchange == candidate && phase != Phase.CLOSED && phase != Phase.LINGER;
  }

  void sendWhole(HttpExchange from, Answer answer) {
    if (canAnswer(from)) {
      ChannelFuture written = output.sendWhole(answer, beginAnswer(answer));
      if (written.isSuccess()) {
        responseSent(from);
      } else if (output.mayWait()) {
        written.addListener(done -> sentOrClose(from, done.cause()));
      } else {
        site.open().overdrawn.increment();
        close("the client does not take its responses");
      }
    }
  }

  private void sentOrClose(HttpExchange from, @Nullable Throwable failure) {
    output.waitsNoMore();
    if (failure == null) {
      responseSent(from);
    } else {
      close("the client disconnected");
    }
  }

  void writeHead(Answer answer) {
    output.writeHead(answer, beginAnswer(answer));
  }

  Output output() {
    return output;
  }

  /// An expectation about a body of no bytes is met all the same, before the success that it led
  /// to: botocore takes a final answer in place of the 100 for a refusal, and then misreads it.
  private void continueWithoutBody(Answer answer) {
    if (decoder == null && awaitsContinue && answer.response().status() < 300) {
      output.sendContinue();
    }
  }

  private Persistence beginAnswer(Answer answer) {
    ParsedHead head = required(request);
    continueWithoutBody(answer);
    answering = true;
    keepAlive =
        head.keepAlive()
            && !site.draining().get()
            && !answer.endsWithConnection()
            && !answer.response().closes()
            && restIsShort();
    watch.answerBegan();
    if (!keepAlive) return Persistence.CLOSE;
    return head.version() == Version.HTTP_1_0 ? Persistence.KEEP_ALIVE : Persistence.SILENT;
  }

  /// Whether the rest of the request's body may be read and thrown away. A client that was not told
  /// to continue may send it or not, so what follows on the connection could be either.
  private boolean restIsShort() {
    return decoder == null || (!awaitsContinue && decoder.remaining() <= site.bounds().discard());
  }

  void responseSent(HttpExchange from) {
    if (exchange != from || phase == Phase.CLOSED) return;
    answered = true;
    if (!keepAlive) {
      linger();
      return;
    }
    if (phase == Phase.BODY) {
      from.body().fail("the response was already sent");
      watch.bodyProgress();
      channel.config().setAutoRead(true);
    } else {
      nextRequest();
      advance();
    }
  }

  private void nextRequest() {
    exchange = null;
    request = null;
    answering = false; // or what is malformed would be hung up on
    answered = false;
    phase = Phase.HEAD;
    if (site.draining().get() && backlog.isEmpty()) {
      close("the server is stopping");
      return;
    }
    watch.idleBegan();
    channel.config().setAutoRead(true);
  }

  // The end.

  /// Closes in a way that lets a client which is still sending read the response: a plain close
  /// with unread input would reset the connection and destroy it (RFC 9112 §9.6).
  private void linger() {
    if (phase == Phase.CLOSED || phase == Phase.LINGER) return;
    phase = Phase.LINGER;
    HttpExchange current = exchange;
    exchange = null;
    if (current != null) current.body().fail("the response was already sent");
    backlog.clear();
    watch.lingerBegan();
    channel.config().setAutoRead(true);
    output.shutDown();
  }

  void close(String reason) {
    if (closedBecause == null) closedBecause = reason;
    var _ = channel.close();
  }

  /// The listener stops: connections without a request go at once.
  void drain() {
    if (phase == Phase.HEAD && backlog.isEmpty()) close("the server is stopping");
  }

  void tick(long now) {
    boolean late =
        switch (phase) {
          case HEAD -> watch.headIsLate(now);
          case BODY -> watch.bodyIsLate(now, awaitsContinue, answering && !answered);
          case ANSWER -> answering && watch.answerIsLate(now);
          case LINGER -> watch.lingerIsLate(now);
          case CLOSED -> false;
        };
    if (late) {
      if (phase == Phase.BODY || phase == Phase.ANSWER || !backlog.isEmpty()) {
        site.open().timedOut.increment();
      }
      close("the client sent or took no bytes for too long");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (closedBecause == null) closedBecause = "the client disconnected";
    phase = Phase.CLOSED;
    output.waitsNoMore();
    HttpExchange current = exchange;
    if (current != null) {
      exchange = null;
      current.body().fail(whyClosed());
    }
    backlog.clear();
    loop.remove(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof io.netty.handler.codec.DecoderException) {
      close("the client disconnected");
    } else {
      LOG.error("a connection failed", cause);
      close("the server failed");
      Fatal.check(cause);
    }
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) throw new IllegalStateException("a connection out of step");
    return part;
  }
}
