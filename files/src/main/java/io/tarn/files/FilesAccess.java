package io.tarn.files;

import io.tarn.http.RequestHead;
import io.tarn.identity.Action;
import io.tarn.identity.Arrival;
import io.tarn.identity.Authorizer;
import io.tarn.identity.Caller;
import io.tarn.identity.ConditionContext;
import io.tarn.identity.Demand;
import io.tarn.identity.MalformedPolicy;
import io.tarn.identity.Policy;
import io.tarn.identity.Rules;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Request;
import io.tarn.settings.Secret;
import io.tarn.signature.Authentication;
import io.tarn.signature.Proof;
import io.tarn.store.Bucket;
import io.tarn.store.Buckets;
import io.tarn.store.DocumentKind;
import io.tarn.store.Version;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who may come in. Whoever has the token may do everything with files; whoever signs with an
/// access key, what its policies and that of the bucket allow with the objects that files are. A
/// listener of this machine without a token is open, but not to pages of browsers.
///
/// - `open`: whether it is such a listener
/// - `callers`: who holds an access key; empty when it may not be used any more
/// - `buckets`: has the policy of the bucket
public record FilesAccess(
    boolean open,
    Secret token,
    Authentication authentication,
    Function<String, Optional<Caller>> callers,
    Buckets buckets,
    InstantSource clock) {
  private static final String BEARER = "Bearer ";

  /// A request that was let in. `proof` vouches for its body; `caller` is null for who may do
  /// everything.
  record Admitted(S3Request request, Proof proof, @Nullable Caller caller) {
    /// The name under which the share of its sender is counted.
    String client() {
      return caller == null ? "everybody" : "key " + caller.accessKey();
    }
  }

  /// @throws FileFailure for who may not come in
  /// @throws io.tarn.request.S3Failure when a signature does not hold
  Admitted admit(S3Request request) {
    List<String> authorization = request.headers().all("authorization");
    if (authorization.size() == 1 && authorization.getFirst().startsWith(BEARER)) {
      if (!isToken(authorization.getFirst().substring(BEARER.length()))) throw unproved();
      S3Request bare = request.with(request.query(), without(request.headers(), "authorization"));
      // What is vouched for twice, in two ways, is not.
      if (!(authentication.of(bare, clock.instant()) instanceof Proof.Anonymous proof)) {
        throw FileFailure.invalid("Send the token, or a signature, not both.");
      }
      return new Admitted(bare, proof, null);
    }
    Proof proof = authentication.of(request, clock.instant());
    return switch (proof) {
      case Proof.Anonymous _ -> {
        if (!open) throw unproved();
        requireNoPage(request);
        yield new Admitted(request, proof, null);
      }
      case Proof.Signed signed -> new Admitted(request, proof, caller(signed.accessKeyId()));
      case Proof.PresignedV2 _ -> throw unproved();
    };
  }

  private Caller caller(String accessKey) {
    return callers.apply(accessKey).orElseThrow(FilesAccess::unproved);
  }

  private boolean isToken(String given) {
    return !token.isEmpty()
        && MessageDigest.isEqual(
            given.getBytes(StandardCharsets.ISO_8859_1),
            token.reveal().getBytes(StandardCharsets.UTF_8));
  }

  private static FileFailure unproved() {
    return new FileFailure(
        401, "Send `Authorization: Bearer` with files.token, or sign with an access key.");
  }

  /// A page that a browser on this machine shows may send requests here too, and, where its name
  /// was made to mean this machine, read what is answered.
  private static void requireNoPage(S3Request request) {
    boolean page = request.headers().has("origin") || request.headers().has("sec-fetch-site");
    if (!page && isThisMachine(request.header("host"))) return;
    throw new FileFailure(
        403, "Without a token this is for programs of this machine, at a loopback address.");
  }

  private static boolean isThisMachine(String hostAndPort) {
    if (hostAndPort.isEmpty() || hostAndPort.startsWith("[::1]")) return true;
    int colon = hostAndPort.indexOf(':');
    String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    if (host.equalsIgnoreCase("localhost")) return true;
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false; // a name
    }
  }

  /// @throws FileFailure when the sender may not do this with a file of the bucket
  void authorise(Admitted admitted, RequestHead head, Bucket bucket, FileRequest asked) {
    Caller caller = admitted.caller();
    if (caller == null) return;
    Demand demand = demand(bucket, asked);
    if (demand == null) return;
    Rules rules = Rules.of(bucket.owner(), policy(bucket));
    if (Authorizer.decide(caller, demand, context(head), rules).allowed()) return;
    throw new FileFailure(
        403, "The access key does not allow %s.".formatted(demand.action().text()));
  }

  private static @Nullable Demand demand(Bucket bucket, FileRequest asked) {
    return switch (asked) {
      case FileRequest.MakeId _,
          FileRequest.GetVersion _,
          FileRequest.Ping _,
          FileRequest.GetStats _ ->
          null;
      case FileRequest.ListFiles _ -> new Demand.OnBucket(Action.LIST_BUCKET, bucket.name());
      case FileRequest.GetFile(var id, _) -> on(Action.GET_OBJECT, bucket, id);
      case FileRequest.HeadFile(var id, _) -> on(Action.GET_OBJECT, bucket, id);
      case FileRequest.GetMeta(var id) -> on(Action.GET_OBJECT, bucket, id);
      case FileRequest.PutFile(var offer) -> on(Action.PUT_OBJECT, bucket, offer.id());
      case FileRequest.RaiseFile(var id, _) -> on(Action.PUT_OBJECT, bucket, id);
      case FileRequest.DeleteFile(var id) -> on(Action.DELETE_OBJECT, bucket, id);
    };
  }

  private static Demand on(Action action, Bucket bucket, FileId id) {
    return Demand.on(action, bucket.name(), id.key(), Version.LATEST);
  }

  private Policy policy(Bucket bucket) {
    Optional<String> document = buckets.document(bucket, DocumentKind.POLICY);
    if (document.isEmpty()) return Policy.NONE;
    try {
      return Policy.ofBucket(document.get(), bucket.name());
    } catch (MalformedPolicy _) {
      return Policy.UNREADABLE;
    }
  }

  private ConditionContext context(RequestHead head) {
    return new Arrival(
        head.client().address().getHostAddress(),
        head.client().secure(),
        head.clientTls(),
        head.headers().all("user-agent"),
        head.headers().all("referer"),
        clock.instant());
  }

  private static RequestHeaders without(RequestHeaders headers, String name) {
    var fields = new ArrayList<String>();
    for (int i = 0; i < headers.size(); i++) {
      if (headers.name(i).equalsIgnoreCase(name)) continue;
      fields.add(headers.name(i));
      fields.add(headers.value(i));
    }
    return RequestHeaders.of(fields.toArray(String[]::new));
  }
}
