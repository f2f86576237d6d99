package io.tarn.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A self-signed certificate in PEM files, made by the JDK's own tool so that no key lies in the
/// repository.
record Certificates(Path certificate, Path privateKey) {
  private static final String PASSWORD = "not-a-secret";

  /// Writes (or replaces) the two files of this name.
  static Certificates make(Path directory, String commonName)
      throws IOException, GeneralSecurityException, InterruptedException {
    return make(directory, commonName, List.of("-keyalg", "EC", "-groupname", "secp256r1"));
  }

  /// With a key that the suites without forward secrecy need.
  static Certificates makeRsa(Path directory, String commonName)
      throws IOException, GeneralSecurityException, InterruptedException {
    return make(directory, commonName, List.of("-keyalg", "RSA", "-keysize", "2048"));
  }

  private static Certificates make(Path directory, String commonName, List<String> kind)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = directory.resolve(commonName + ".p12");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-dname",
                "CN=" + commonName,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
    command.addAll(kind);
    Process tool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(tool.exitValue()).isZero();
    var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    var files = new Certificates(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    byte[] key = keys.getKey("a", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(files.privateKey, pem("PRIVATE KEY", key));
    Files.writeString(files.certificate, pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
    return files;
  }

  private static String pem(String kind, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  /// Whether the server takes this suite of this version from a client that offers nothing else.
  /// The client is BoringSSL: the JDK no longer offers what is to be refused.
  static boolean agrees(int port, String protocol, String suite)
      throws IOException, InterruptedException {
    SslContext context =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .trustManager(new Trusting())
            .endpointIdentificationAlgorithm("")
            .protocols(protocol)
            .ciphers(List.of(suite))
            .build();
    var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Bootstrap bootstrap = new Bootstrap().group(group).channel(NioSocketChannel.class);
      bootstrap.handler(
          new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              channel.pipeline().addLast(context.newHandler(channel.alloc()));
            }
          });
      Channel channel = bootstrap.connect("127.0.0.1", port).sync().channel();
      Future<Channel> shaken = channel.pipeline().get(SslHandler.class).handshakeFuture().await();
      channel.close().sync();
      return shaken.isSuccess();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /// A connected TLS socket that trusts everybody.
  static SSLSocket connect(int port) throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
  }

  /// As [#connect], from an address of its own.
  static SSLSocket connect(String from, int port) throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
    var plain = new Socket();
    plain.bind(new InetSocketAddress(from, 0));
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
  }

  /// The name in the certificate that the server shows.
  static String shownBy(SSLSocket socket) throws IOException {
    var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
