package io.tarn.files;

import io.tarn.body.BodyRules;
import io.tarn.body.ByteSource;
import io.tarn.body.IncomingBody;
import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import io.tarn.files.FilesAccess.Admitted;
import io.tarn.health.Vitals;
import io.tarn.http.ClientGone;
import io.tarn.http.Exchange;
import io.tarn.http.Handler;
import io.tarn.http.Headers;
import io.tarn.http.RequestBody;
import io.tarn.http.RequestHead;
import io.tarn.http.Response;
import io.tarn.http.TooMuch;
import io.tarn.observe.Counter;
import io.tarn.observe.Labelled;
import io.tarn.observe.Metrics;
import io.tarn.observe.RequestId;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.s3.ConditionHeaders;
import io.tarn.s3.RangeRequest;
import io.tarn.store.Bucket;
import io.tarn.store.Content;
import io.tarn.store.ObjectStore;
import io.tarn.store.StoreFailure;
import io.tarn.store.Wanted;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The front end of the files API. Every request goes the same way: decode, identify, parse,
/// authorise, carry out, render.
public final class FilesGateway implements Handler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FilesGateway.class);

  private final Wiring wiring;
  private final Files files;
  private final Settling settling;
  private final FileStats stats;
  private final Budget places;
  private final Labelled<Counter> requests;

  /// What the front end is made of.
  ///
  /// - `own`: the store of this node that has the bucket
  /// - `bucket`: of [io.tarn.store.Home.Files]
  /// - `origin`: null for none
  public record Wiring(
      FilesSettings settings,
      ObjectStore own,
      Bucket bucket,
      @Nullable FilesOrigin origin,
      FilesAccess access,
      Vitals vitals,
      Metrics metrics) {}

  public FilesGateway(Wiring wiring) {
    FilesSettings settings = wiring.settings();
    this.wiring = wiring;
    var local = new LocalFiles(wiring.own(), wiring.bucket());
    FilesOrigin origin = wiring.origin();
    OriginFiles far = origin == null ? null : new OriginFiles(origin);
    var locks = new FileLocks(settings.patience());
    InstantSource clock = wiring.access().clock();
    this.settling = new Settling(local, far, locks, settings.mostUnsettled());
    this.files = new Files(local, far, locks, new FileClock(clock), new FileIds(clock), settling);
    this.stats = new FileStats(wiring.vitals(), settling, origin);
    this.places = new Budget(settings.maxRequests());
    this.requests =
        wiring
            .metrics()
            .counter("tarn_files_requests", "Requests of the files API.", "operation", "status");
  }

  /// Takes up what a process before this one left. Before the first request.
  public void start() {
    settling.start();
  }

  @Override
  public void close() {
    settling.close();
  }

  /// What is said of a request afterwards.
  private static final class Trace {
    final String id = RequestId.next();
    String operation = "Unknown";
  }

  @Override
  public void handle(Exchange exchange) {
    var trace = new Trace();
    ScopedValue.where(RequestId.CURRENT, trace.id).run(() -> handle(exchange, trace));
  }

  private void handle(Exchange exchange, Trace trace) {
    try (Lease place = places.open(exchange.network())) {
      if (place.tryTake(1)) {
        answer(exchange, trace, place);
      } else {
        send(exchange, trace, FileReply.failure(FileFailure.busy("Too many requests."), trace.id));
      }
    }
  }

  private void answer(Exchange exchange, Trace trace, Lease place) {
    try (FileReply reply = serve(exchange, trace, place)) {
      send(exchange, trace, reply);
    } catch (ClientGone gone) {
      throw gone;
    } catch (RuntimeException failure) {
      // After the first byte of an answer there is no error page: the listener closes.
      if (exchange.responded()) throw failure;
      send(exchange, trace, FileReply.failure(said(failure, trace), trace.id));
    }
  }

  private FileReply serve(Exchange exchange, Trace trace, Lease place) {
    RequestHead head = exchange.head();
    S3Request request =
        S3Request.of(head.method(), head.target(), new FileHeaders(head.headers()), List.of());
    Admitted admitted = wiring.access().admit(request);
    if (!place.tryShare(admitted.client())) throw FileFailure.busy("Too many requests.");
    FileRequest asked = FileRequest.of(admitted.request());
    trace.operation = asked.name();
    wiring.access().authorise(admitted, head, wiring.bucket(), asked);
    return switch (asked) {
      case FileRequest.MakeId _ -> FileReply.text(files.newId().text());
      case FileRequest.GetVersion _ -> FileReply.text(wiring.vitals().node().version());
      case FileRequest.Ping _ -> FileReply.text(wiring.vitals().node().id());
      case FileRequest.GetStats _ -> FileReply.json(200, stats.now());
      case FileRequest.ListFiles(var after, var limit) -> list(files.page(after, limit));
      case FileRequest.GetMeta(var id) -> FileReply.json(200, FileJson.of(files.meta(id), false));
      case FileRequest.GetFile get -> get(get, request);
      case FileRequest.HeadFile get -> head(get, request);
      case FileRequest.PutFile(var offer) -> put(offer, admitted, exchange);
      case FileRequest.RaiseFile(var id, var level) -> described(files.raise(id, level));
      case FileRequest.DeleteFile(var id) -> described(files.delete(id));
    };
  }

  private static FileReply described(FileMeta meta) {
    return FileReply.empty(200, FileReply.meta(Headers.builder(), meta, false));
  }

  private static FileReply list(LocalFiles.Page page) {
    ObjectNode node = FileJson.object();
    ArrayNode list = node.putArray("files");
    for (FileMeta file : page.files()) list.add(FileJson.of(file, false));
    return FileReply.json(200, node.put("next", page.next()));
  }

  private FileReply get(FileRequest.GetFile get, S3Request request) {
    RangeRequest range = RangeRequest.of(request);
    Files.Opened opened;
    try {
      opened = files.open(get.id(), ConditionHeaders.forRead(request), wanted(range), get.fetch());
    } catch (StoreFailure.NotModified e) {
      return notModified(get.id(), e);
    } catch (StoreFailure.NoSuchRange none) {
      return unsatisfiable(none);
    }
    try {
      Content content = opened.open().head().content();
      Headers.Builder headers = FileReply.file(opened.meta(), content, opened.fetched());
      int status = FileReply.sliced(headers, opened.open().slice(), content);
      return new FileReply(
          status, headers, FileBody.of(opened.open().payload()), opened.open()::close);
    } catch (RuntimeException e) {
      opened.open().close();
      throw e;
    }
  }

  private FileReply head(FileRequest.HeadFile get, S3Request request) {
    RangeRequest range = RangeRequest.of(request);
    Files.Seen seen;
    try {
      seen = files.measure(get.id(), ConditionHeaders.forRead(request), wanted(range), get.fetch());
    } catch (StoreFailure.NotModified e) {
      return notModified(get.id(), e);
    } catch (StoreFailure.NoSuchRange none) {
      return unsatisfiable(none);
    }
    Content content = seen.measured().head().content();
    Headers.Builder headers = FileReply.file(seen.meta(), content, seen.fetched());
    int status = FileReply.sliced(headers, seen.measured().slice(), content);
    headers.add("Content-Length", seen.measured().slice().length());
    return FileReply.empty(status, headers);
  }

  private static Wanted wanted(RangeRequest range) {
    return new Wanted(range.span(), range.onlyOf(), Set.of());
  }

  private static FileReply unsatisfiable(StoreFailure.NoSuchRange none) {
    return FileReply.empty(416, Headers.builder().add("Content-Range", "bytes */" + none.size()));
  }

  private static FileReply notModified(FileId id, StoreFailure.NotModified unchanged) {
    FileMeta meta = FileMeta.of(id, unchanged.head());
    return FileReply.empty(304, FileReply.file(meta, unchanged.head().content(), false));
  }

  private FileReply put(Files.Offer offer, Admitted admitted, Exchange exchange) {
    S3Request request = admitted.request();
    boolean chunked = request.headers().has("transfer-encoding");
    BodyRules rules = BodyRules.object(null);
    var source = new FromNetwork(exchange.body(), List.of(exchange.network(), admitted.client()));
    try (IncomingBody body =
        IncomingBody.open(
            request, admitted.proof(), chunked ? rules.ofAnyLength() : rules, source)) {
      return described(files.put(offer, body));
    }
  }

  private record FromNetwork(RequestBody body, List<String> senders) implements ByteSource {
    @Override
    public @Nullable ByteBuffer next() {
      try {
        return body.next();
      } catch (ClientGone gone) {
        throw new StoreFailure.Interrupted("the client went away in the middle of a body", gone);
      }
    }
  }

  private record FileHeaders(Headers headers) implements RequestHeaders {
    @Override
    public int size() {
      return headers.size();
    }

    @Override
    public String name(int index) {
      return headers.name(index);
    }

    @Override
    public String value(int index) {
      return headers.value(index);
    }
  }

  private void send(Exchange exchange, Trace trace, FileReply reply) {
    Headers.Builder headers = reply.headers();
    headers.add("Server", "Tarn").add("X-Request-Id", trace.id);
    requests.with(trace.operation, Integer.toString(reply.status())).increment();
    exchange.respond(new Response(reply.status(), headers.build(), reply.body()));
  }

  private static FileFailure said(RuntimeException failure, Trace trace) {
    return switch (failure) {
      case FileFailure said -> said;
      case S3Failure said -> new FileFailure(said.error().status(), said.text());
      case TooMuch _ -> FileFailure.busy("Too many bytes of answers wait to be taken.");
      case StoreFailure store -> said(store, trace);
      default -> {
        LOG.error("request {} ({}) failed", trace.id, trace.operation, failure);
        yield new FileFailure(500, "A bug; the server's log has it.");
      }
    };
  }

  private static FileFailure said(StoreFailure failure, Trace trace) {
    S3Error error = S3Error.of(failure);
    if (error.status() < 500) {
      return new FileFailure(error.status(), String.valueOf(failure.getMessage()));
    }
    // What is in there may name paths.
    LOG.warn("request {} ({}) failed: {}", trace.id, trace.operation, failure.getMessage());
    return new FileFailure(error.status(), error.message());
  }
}
