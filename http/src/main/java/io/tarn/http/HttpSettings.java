package io.tarn.http;

import io.tarn.settings.Address;
import io.tarn.settings.AddressRange;
import io.tarn.settings.DataSize;
import io.tarn.settings.Setting;
import io.tarn.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How a listener behaves.
public record HttpSettings(
    @Setting(
            value = "Address and port to listen on; port 0 takes a free one.",
            fallback = ":9000",
            alias = {"TARN_ADDRESS", "MINIO_ADDRESS"},
            flag = {"address"})
        Address listen,
    @Setting(value = "Threads that parse and send; 0 means one per core.", fallback = "0")
        int eventLoops,
    @Setting(
            value =
                "Open connections beyond which new ones are refused with 503; of one client, three"
                    + " quarters of them.",
            fallback = "10000")
        int maxConnections,
    @Setting("Bounds in bytes.") Limits limits,
    @Setting("Memory that all connections of a listener share; one client may have three quarters.")
        Memory memory,
    @Setting("Bounds in time.") Timeouts timeouts,
    @Setting(
            value = "PEM file with the certificate chain for TLS; without it plain HTTP is spoken.",
            fallback = "")
        @Nullable Path certificate,
    @Setting(
            value = "PEM file with the unencrypted PKCS#8 private key of the certificate.",
            fallback = "")
        @Nullable Path privateKey,
    @Setting(
            value =
                "Proxies in front of this server, as addresses or ranges of them. Of a request that"
                    + " one of them passes on, the client's address and whether it came by TLS are"
                    + " what its X-Forwarded-For and X-Forwarded-Proto say: for conditions of"
                    + " policies, shares of one client, and logs. Everybody else's are ignored.",
            fallback = "")
        List<AddressRange> trustedProxies) {

  public static final HttpSettings DEFAULTS = Settings.defaults(HttpSettings.class);

  public HttpSettings {
    trustedProxies = List.copyOf(trustedProxies);
    if ((certificate == null) != (privateKey == null)) {
      throw new IllegalArgumentException("a TLS certificate and its private key go together");
    }
    if (eventLoops < 0 || maxConnections < 1) {
      throw new IllegalArgumentException("event loops and connections cannot be negative or none");
    }
  }

  /// - `host`: the address to listen on, empty for all interfaces
  public HttpSettings listeningOn(String host, int port) {
    return with(draft -> draft.listen = new Address(host, port));
  }

  public HttpSettings withTls(Path newCertificate, Path newPrivateKey) {
    return with(
        draft -> {
          draft.certificate = newCertificate;
          draft.privateKey = newPrivateKey;
        });
  }

  public HttpSettings behind(List<AddressRange> newProxies) {
    return with(draft -> draft.trustedProxies = newProxies);
  }

  public HttpSettings with(Limits newLimits) {
    return with(draft -> draft.limits = newLimits);
  }

  public HttpSettings with(Memory newMemory) {
    return with(draft -> draft.memory = newMemory);
  }

  public HttpSettings with(Timeouts newTimeouts) {
    return with(draft -> draft.timeouts = newTimeouts);
  }

  public HttpSettings withMaxConnections(int most) {
    return with(draft -> draft.maxConnections = most);
  }

  private HttpSettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return new HttpSettings(
        draft.listen,
        eventLoops,
        draft.maxConnections,
        draft.limits,
        draft.memory,
        draft.timeouts,
        draft.certificate,
        draft.privateKey,
        draft.trustedProxies);
  }

  /// What of a listener others change.
  private static final class Draft {
    private Address listen;
    private int maxConnections;
    private Limits limits;
    private Memory memory;
    private Timeouts timeouts;
    private @Nullable Path certificate;
    private @Nullable Path privateKey;
    private List<AddressRange> trustedProxies;

    Draft(HttpSettings from) {
      listen = from.listen;
      maxConnections = from.maxConnections;
      limits = from.limits;
      memory = from.memory;
      timeouts = from.timeouts;
      certificate = from.certificate;
      privateKey = from.privateKey;
      trustedProxies = from.trustedProxies;
    }
  }

  /// Bounds of one request.
  public record Limits(
      @Setting(value = "Longest request line; beyond it 414.", fallback = "16 KiB")
          DataSize requestLine,
      @Setting(
              value = "Header fields of a request altogether, or its trailers; beyond it 431.",
              fallback = "32 KiB")
          DataSize headers,
      @Setting(
              value = "Header fields of a request, or of its trailers, by number; beyond it 431.",
              fallback = "512")
          int fields,
      @Setting(value = "Bytes of one request's body that are held in memory.", fallback = "1 MiB")
          DataSize queue,
      @Setting(
              value =
                  "Bytes of a request body the handler left unread that are received and discarded"
                      + " to keep the connection.",
              fallback = "256 KiB")
          DataSize discard,
      @Setting(
              value = "Bytes of one response that are prepared and not yet sent.",
              fallback = "4 MiB")
          DataSize inFlight,
      @Setting(
              value =
                  "Bytes per second that a client must send of a body, or take of a response, on"
                      + " average over the time in which it may do nothing; slower ones are cut"
                      + " off. 0 lets them.",
              fallback = "1 KiB")
          DataSize leastRate) {
    public static final Limits DEFAULTS = Settings.defaults(Limits.class);

    public Limits {
      Bounds.of(requestLine, 64);
      Bounds.of(headers, 64);
      Bounds.of(queue, 1024);
      Bounds.of(discard, 0);
      Bounds.of(inFlight, 1024);
      Bounds.of(leastRate, 0);
      if (fields < 16) {
        throw new IllegalArgumentException("an HTTP request has up to 16 header fields at least");
      }
    }
  }

  /// Bounds in bytes of what all connections of a listener hold. What comes too much is refused
  /// with 503 where it can be answered, or its connection closed.
  public record Memory(
      @Setting(
              value = "Bytes that are no whole request yet, or wait behind one that is answered.",
              fallback = "8 MiB")
          DataSize heads,
      @Setting(
              value =
                  "Bytes of bodies on their way from the network to who reads them; beyond it,"
                      + " clients are slowed down.",
              fallback = "24 MiB")
          DataSize bodies,
      @Setting(value = "Bytes of responses that clients have not taken yet.", fallback = "32 MiB")
          DataSize replies,
      @Setting(
              value = "How long a response waits for memory that others hold; then it is refused.",
              fallback = "10s")
          Duration patience) {
    public static final Memory DEFAULTS = Settings.defaults(Memory.class);

    public Memory {
      Bounds.of(heads, 64 << 10);
      Bounds.of(bodies, 64 << 10);
      Bounds.of(replies, 1 << 20);
      if (patience.isNegative()) throw new IllegalArgumentException("patience cannot be negative");
    }

    /// A part of it, for a listener with less to do.
    public Memory dividedBy(int parts) {
      return new Memory(
          part(heads, 64 << 10, parts),
          part(bodies, 64 << 10, parts),
          part(replies, 1 << 20, parts),
          patience);
    }

    private static DataSize part(DataSize whole, int least, int parts) {
      return DataSize.ofBytes(Math.max(least, whole.bytes() / parts));
    }
  }

  /// Bounds in time. They are met to within a quarter of the shortest, at most a second.
  public record Timeouts(
      @Setting(
              value =
                  "From the first byte of a request, or the opening of the connection, to the end"
                      + " of the request's head.",
              fallback = "30s")
          Duration header,
      @Setting(value = "A kept-alive connection without a request.", fallback = "75s")
          Duration idle,
      @Setting(
              value = "No byte of a request body arrives although there is room for it.",
              fallback = "60s")
          Duration bodyStall,
      @Setting(value = "The client takes no byte of the response.", fallback = "60s")
          Duration responseStall,
      @Setting(
              value = "A client goes on sending after a response that ends the connection.",
              fallback = "5s")
          Duration linger,
      @Setting(
              value = "How often the certificate files are looked at for a change.",
              fallback = "60s")
          Duration certificateCheck) {
    public static final Timeouts DEFAULTS = Settings.defaults(Timeouts.class);

    public Timeouts {
      for (var time :
          new Duration[] {header, idle, bodyStall, responseStall, linger, certificateCheck}) {
        if (!time.isPositive()) {
          throw new IllegalArgumentException("a timeout must be longer than nothing");
        }
      }
    }
  }
}
