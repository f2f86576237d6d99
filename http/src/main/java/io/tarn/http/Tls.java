package io.tarn.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import io.tarn.budget.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate of a listener, which can be replaced while it serves. BoringSSL does the work
/// when its library loads here (1.6 to 1.9 times the JDK's throughput), the JDK otherwise.
///
/// What is agreed on has forward secrecy and authenticated encryption: TLS 1.3, and of 1.2 the
/// suites that RFC 9325 section 4.2 recommends, and those with ChaCha20.
final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final Path certificate;
  private final Path privateKey;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock: a context must not be released between its reading and its use.
  private SslContext context;
  private volatile List<FileTime> times;

  Tls(Path certificate, Path privateKey) {
    this.certificate = certificate;
    this.privateKey = privateKey;
    this.times = times();
    this.context = read();
  }

  /// The first handler of a connection, which counts what it keeps of records that are not whole.
  SslHandler handler(ByteBufAllocator allocator, Lease memory) {
    lock.lock();
    try {
      return new CountedRecords(context.newEngine(allocator), memory);
    } finally {
      lock.unlock();
    }
  }

  /// The version a channel speaks once its handshake is over, without the name: `1.3`.
  static String version(Channel channel) {
    String protocol = channel.pipeline().get(SslHandler.class).engine().getSession().getProtocol();
    return protocol.startsWith("TLSv") ? protocol.substring(4) : protocol;
  }

  /// @throws UncheckedIOException when the files cannot be read; the old certificate stays
  void reload() {
    List<FileTime> newTimes = times();
    SslContext fresh = read();
    lock.lock();
    try {
      // Engines hold the context they were made by.
      ReferenceCountUtil.release(context);
      context = fresh;
      times = newTimes;
    } finally {
      lock.unlock();
    }
  }

  void reloadIfChanged() {
    if (!times().equals(times)) reload();
  }

  /// After the last connection.
  @Override
  public void close() {
    ReferenceCountUtil.release(context);
  }

  private SslContext read() {
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    try {
      KeyFile.exposure(privateKey).ifPresent(LOG::warn);
      return SslContextBuilder.forServer(certificate.toFile(), privateKey.toFile())
          .sslProvider(provider)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
          .build();
    } catch (IllegalArgumentException e) {
      throw new UncheckedIOException(
          "the TLS certificate and key cannot be used: " + e.getMessage(), new IOException(e));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<FileTime> times() {
    try {
      return List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(privateKey));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static UncheckedIOException unreadable(IOException e) {
    String why = e instanceof NoSuchFileException ? "there is no " + e.getMessage() : e.toString();
    return new UncheckedIOException("the TLS certificate and key cannot be read: " + why, e);
  }
}
