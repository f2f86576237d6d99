package io.tarn.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A request on its way to the server, and its reply on the way back.
final class WireExchange {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Client client;
  private final Socket server;
  private final InputStream from;
  private final OutputStream to;

  /// The connection of the client, of which something may be in memory.
  record Client(Socket socket, InputStream in, OutputStream out) {}

  WireExchange(Client client, Socket server) throws IOException {
    this.client = client;
    this.server = server;
    this.from = new BufferedInputStream(server.getInputStream());
    this.to = new BufferedOutputStream(server.getOutputStream());
  }

  /// Says what the client is told before it is. Where no other request may follow, its connection
  /// is closed.
  void pass(WireRequest request, WireHead head, @Nullable WireFault fault, IntConsumer told)
      throws IOException {
    head.write(to);
    Thread body = send(head, fault);
    WireHead reply = reply();
    if (fault instanceof WireFault.ReplyLost) {
      new WireBody(from, OutputStream.nullOutputStream(), WireBody.Harm.NONE)
          .pass(length(request, reply));
      FaultProxy.reset(client.socket);
      return;
    }
    told.accept(reply.status());
    boolean another = pass(request, reply, fault) && isOver(body);
    if (!another) client.socket.close();
  }

  /// The body goes its way beside: the server may answer before it has all of it.
  private Thread send(WireHead head, @Nullable WireFault fault) {
    long length = head.bodyLength();
    var body = new WireBody(client.in, to, WireBody.Harm.ofRequest(fault));
    return Thread.ofVirtual()
        .name("fault-proxy-body")
        .start(
            () -> {
              try {
                if (length != WireHead.TO_THE_END) body.pass(length);
              } catch (IOException e) {
                FaultProxy.reset(server); // one end has gone, or is to go: so does the other
                FaultProxy.reset(client.socket);
              }
            });
  }

  private static boolean isOver(Thread body) throws IOException {
    try {
      return body.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /// What comes before the reply proper (`100 Continue`) is passed at once.
  private WireHead reply() throws IOException {
    while (true) {
      WireHead reply = WireHead.read(from);
      if (reply == null) throw new IOException("the server has closed the connection");
      if (reply.status() >= 200) return reply;
      reply.write(client.out);
    }
  }

  private static long length(WireRequest request, WireHead reply) {
    boolean none =
        request.method().equals("HEAD") || reply.status() == 204 || reply.status() == 304;
    return none ? 0 : reply.bodyLength();
  }

  /// Passes a reply on; whether another request may follow.
  private boolean pass(WireRequest request, WireHead reply, @Nullable WireFault fault)
      throws IOException {
    long length = length(request, reply);
    if (fault instanceof WireFault.TruncatedUnnoticed(var after) && length > after) {
      reply.without("content-length").with("Content-Length: " + after).write(client.out);
      new WireBody(from, client.out, WireBody.Harm.NONE).pass(after);
      return false;
    }
    reply.write(client.out);
    try {
      new WireBody(from, client.out, WireBody.Harm.ofReply(fault)).pass(length);
    } catch (WireBody.Ended e) {
      if (fault instanceof WireFault.ResetInReply) FaultProxy.reset(client.socket);
      return false;
    }
    boolean ends = isClose(reply.field("connection")) || isClose(request.field("connection"));
    return length != WireHead.TO_THE_END && !ends;
  }

  private static boolean isClose(@Nullable String connection) {
    return "close".equalsIgnoreCase(connection);
  }
}
