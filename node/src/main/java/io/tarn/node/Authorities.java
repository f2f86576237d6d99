package io.tarn.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Certificates that a command believes beside no others: those of a PEM file, of authorities or of
/// servers themselves.
final class Authorities {
  private static final long LONGEST = 1 << 20;

  private Authorities() {}

  /// @throws CommandFailure when the file holds none
  static SSLContext of(String file) {
    try {
      KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
      believed.load(null, null);
      int count = 0;
      for (Certificate each : read(file)) believed.setCertificateEntry("a" + count++, each);
      if (count == 0) throw unreadable(file, "it has no certificate");
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(believed);
      return context(factory.getTrustManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()));
    }
  }

  static SSLContext context(TrustManager[] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JVM has TLS
    }
  }

  private static Collection<? extends Certificate> read(String file) throws IOException {
    Path path = Path.of(file);
    if (!Files.isRegularFile(path)) throw unreadable(file, "there is no such file");
    if (Files.size(path) > LONGEST) throw unreadable(file, "it is longer than 1 MiB");
    try {
      var pem = new ByteArrayInputStream(Files.readAllBytes(path));
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    } catch (CertificateException e) {
      return List.of();
    }
  }

  private static CommandFailure unreadable(String file, String why) {
    return CommandFailure.usage(
        "the CA file %s cannot be used: %s; it holds certificates in PEM".formatted(file, why));
  }
}
