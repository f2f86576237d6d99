package io.tarn.gateway;

import io.tarn.body.BodyRules;
import io.tarn.body.ByteSource;
import io.tarn.body.IncomingBody;
import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import io.tarn.bytes.BlockPool;
import io.tarn.bytes.Ingest;
import io.tarn.http.ClientGone;
import io.tarn.http.ClientSlow;
import io.tarn.http.RequestBody;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.store.StoreFailure;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens the bodies of requests. The first byte is only asked for (and `100 Continue` only sent)
/// when somebody reads, which nobody does before the caller is known and admitted. Documents are
/// kept in memory whole: together they have so much of it, and each so much time to arrive.
final class RequestBodies {
  /// A document of one setting.
  static final long SMALL = 64 << 10;

  /// A document that names up to a thousand keys or ten thousand parts.
  static final long LARGE = 4 << 20;

  /// The tree of 4 MiB can take 30 MiB.
  private static final int PARSED_AT_ONCE = 2;

  private final @Nullable Ingest ingest;
  private final Budget documents;
  private final Duration documentTime;
  private final Budget gathered;
  private final Semaphore parsing = new Semaphore(PARSED_AT_ONCE);

  /// - `ingest`: takes in large bodies; null to hash piece by piece, in line
  RequestBodies(@Nullable Ingest ingest, GatewaySettings settings) {
    this.ingest = ingest;
    this.documents = new Budget(settings.documents().memory().bytes());
    this.documentTime = settings.documents().time();
    this.gathered = new Budget(Math.max(1, settings.bodyBlocks().bytes() / (2L * BlockPool.BLOCK)));
  }

  /// What the documents of one request will take; it goes back when the request is carried out.
  Lease keep(List<String> clients) {
    return documents.open(clients);
  }

  /// `share` is closed when the body is.
  IncomingBody object(Call call, Lease share) {
    return payload(call, BodyRules.object(gathering(share)));
  }

  /// What is kept of its checksum, its upload says. `share` is closed when the body is.
  IncomingBody part(Call call, Lease share) {
    return payload(call, BodyRules.part(gathering(share)));
  }

  private @Nullable Ingest gathering(Lease share) {
    return share.tryTake(1) ? ingest : null;
  }

  private static IncomingBody payload(Call call, BodyRules rules) {
    boolean announced = call.request().headers().has("content-length");
    boolean chunked = call.request().headers().has("transfer-encoding");
    // A stream of unknown length is taken, up to the longest object; no body at all is a mistake.
    return open(call, chunked && !announced ? rules.ofAnyLength() : rules, call.exchange().body());
  }

  /// A document of [#SMALL] size at most.
  byte[] document(Call call) {
    return call.document().bytes(call);
  }

  byte[] document(Call call, long most) {
    return read(call, BodyRules.document(most), false);
  }

  /// A document, where checksum headers speak of something else.
  byte[] documentOnly(Call call, long most) {
    return read(call, BodyRules.documentAlone(most), false);
  }

  /// A share of the blocks that large bodies are gathered in: who has too many of them under way
  /// goes on with small pieces, so that others find some.
  Lease share(Call call) {
    return gathered.open(call.clients());
  }

  /// What a large document says. Few are read at once, for its tree can be many times as long.
  <T> T parsed(byte[] document, Function<byte[], T> reader) {
    parsing.acquireUninterruptibly();
    try {
      return reader.apply(document);
    } finally {
      parsing.release();
    }
  }

  /// As [#document], of a body that the request must have announced an MD5 or a checksum of.
  byte[] vouchedDocument(Call call, long most) {
    return read(call, BodyRules.document(most), true);
  }

  /// For operations that take no body: what came is still what was signed, or the request is not
  /// what it says. A small body that is is passed over, as S3 does.
  void nothing(Call call) {
    boolean empty = call.exchange().body().length() == 0;
    boolean summed = call.request().headers().has("content-md5");
    // S3 does not look at what is claimed of a body where there is nothing to upload.
    boolean reads = Set.of("GET", "HEAD").contains(call.request().method());
    if (empty && !summed && (reads || call.proof().payload().holdsOfNothing())) return;
    documentOnly(call, SMALL);
  }

  private byte[] read(Call call, BodyRules rules, boolean vouched) {
    RequestBody body = call.exchange().body();
    body.finishWithin(documentTime);
    try (IncomingBody incoming = open(call, rules, body)) {
      if (vouched && !incoming.isVouchedFor()) {
        throw new S3Failure(
            S3Error.INVALID_REQUEST,
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
      }
      return incoming.readAll();
    } catch (ClientSlow slow) {
      throw new S3Failure(S3Error.REQUEST_TIMEOUT);
    }
  }

  private static IncomingBody open(Call call, BodyRules rules, RequestBody body) {
    ByteSource source = new FromNetwork(body, call.clients(), call.kept());
    return IncomingBody.open(call.request(), call.proof(), rules, source);
  }

  private record FromNetwork(RequestBody body, List<String> senders, Lease kept)
      implements ByteSource {
    @Override
    public @Nullable ByteBuffer next() {
      try {
        return body.next();
      } catch (ClientGone gone) {
        throw new StoreFailure.Interrupted("the client went away in the middle of a body", gone);
      }
    }

    @Override
    public void keep(int more) {
      if (!kept.tryTake(more)) {
        throw new StoreFailure.Overloaded("too many bytes of documents in memory");
      }
    }
  }
}
