package io.tarn.http;

import io.tarn.budget.Lease;
import io.tarn.http.ResponseBody.Bytes;
import io.tarn.http.ResponseBody.Empty;
import io.tarn.http.ResponseBody.Slices;
import io.tarn.observe.Fatal;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A request on its virtual thread.
final class HttpExchange implements Exchange, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);

  /// Larger bodies are sent in place, and waited for.
  private static final int MOST_COPIED = 64 << 10;

  private final Connection connection;
  private final ParsedHead parsed;
  private final RequestHead head;
  private final String network;
  private final BodyQueue body;
  private final long arrived = System.nanoTime();
  private volatile boolean begun;
  private volatile long firstByte = -1;
  private long handedOver;
  private volatile long bytesSent;

  HttpExchange(Connection connection, ParsedHead parsed, RequestHead head) {
    this.connection = connection;
    this.parsed = parsed;
    this.head = head;
    this.network =
        head.client().address().equals(head.remote().getAddress())
            ? connection.network()
            : Network.of(head.client().address());
    this.body = new BodyQueue(parsed.length(), connection, network);
  }

  /// On the loop: answers there what needs no thread, and gives all else one.
  void start() {
    if (parsed.length() != 0) {
      Thread.startVirtualThread(this);
      return;
    }
    connection
        .site()
        .handler()
        .atOnce(head)
        .ifPresentOrElse(
            answer -> run(() -> respond(answer)), () -> Thread.startVirtualThread(this));
  }

  @Override
  public void run() {
    run(() -> connection.site().handler().choose(head).handle(this));
  }

  private void run(Runnable work) {
    try {
      work.run();
      if (!begun) throw new IllegalStateException("the handler did not respond");
    } catch (ClientGone gone) {
      connection.abort(gone.reason());
    } catch (TooMuch tooMuch) {
      apologise(503, "Please reduce your request rate.");
    } catch (Throwable bug) {
      connection.site().open().failed.increment();
      LOG.error("{} {} failed", head.method(), head.target(), bug);
      apologise(500, "The server failed on this request.");
      Fatal.check(bug);
    } finally {
      body.release();
      connection.site().open().requestEnded();
    }
  }

  private void apologise(int status, String reason) {
    if (begun) {
      connection.abort("the handler failed");
      return;
    }
    Response sorry = connection.site().badRequest().render(status, reason);
    sendWhole(Answer.to(parsed, sorry.closing()));
  }

  @Override
  public RequestHead head() {
    return head;
  }

  @Override
  public int headBytes() {
    Headers headers = head.headers();
    int bytes = head.target().length();
    for (var i = 0; i < headers.size(); i++) {
      bytes += headers.name(i).length() + headers.value(i).length();
    }
    return bytes;
  }

  @Override
  public String network() {
    return network;
  }

  @Override
  public BodyQueue body() {
    return body;
  }

  @Override
  public void respond(Response response) {
    Slices slices = response.body() instanceof Slices r ? r : null;
    try {
      if (begun) throw new IllegalStateException("a second response to one request");
      send(response);
    } finally {
      if (slices != null) slices.source().close();
    }
  }

  private void send(Response response) {
    var answer = Answer.to(parsed, response);
    if (answer.bodyless() || response.body().length() == 0) {
      sendWhole(answer);
      return;
    }
    switch (response.body()) {
      case Empty _ -> sendWhole(answer);
      case Bytes(var bytes) -> {
        if (bytes.remaining() <= MOST_COPIED) {
          sendWhole(answer);
        } else {
          sendInPieces(answer, bytes);
        }
      }
      case Slices many -> new BodySender(this, connection, answer, many).send();
    }
  }

  private void sendInPieces(Answer answer, ByteBuffer bytes) {
    try (Lease memory = connection.site().budgets().replies().open(network())) {
      if (!memory.tryTake(bytes.remaining())) {
        connection.site().open().overdrawn.increment();
        throw new TooMuch("the client has too many responses to take");
      }
      var pieces = new Slices(bytes.remaining(), new BufferPieces(bytes));
      new BodySender(this, connection, answer, pieces).send();
    }
  }

  private void sendWhole(Answer answer) {
    begin();
    if (!connection.execute(() -> connection.sendWhole(this, answer))) {
      throw new ClientGone(connection.whyClosed());
    }
    bytesSent = answer.bodyless() ? 0 : Math.max(0, answer.contentLength());
  }

  /// The first bytes of the response are being handed over. On either thread, by one at a time.
  void begin() {
    if (!begun) {
      firstByte = System.nanoTime() - arrived;
      begun = true;
    }
  }

  /// On the loop.
  void sent(long more) {
    handedOver += more;
    connection.sent(more);
    bytesSent = handedOver;
  }

  @Override
  public boolean responded() {
    return begun;
  }

  @Override
  public long bytesSent() {
    return bytesSent;
  }

  @Override
  public long nanosSinceArrival() {
    return System.nanoTime() - arrived;
  }

  @Override
  public long nanosToFirstByte() {
    return firstByte;
  }
}
