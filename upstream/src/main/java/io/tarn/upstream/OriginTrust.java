package io.tarn.upstream;

import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Whose certificates are believed, and what is wrong with one that is not.
final class OriginTrust {
  private static final int LONGEST = 4 << 20;

  private OriginTrust() {}

  /// Trust in the CAs of a PEM file, and in no others: whoever names one has a store that no public
  /// CA vouches for.
  ///
  /// @throws StoreFailure.Unavailable when there are none in it; says what to change
  static SSLContext in(Path caFile, String setting) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : certificates(caFile)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
      if (number == 0) throw new CertificateException("no certificate");
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new StoreFailure.Unavailable(
          "%s names %s, which is no readable file of PEM certificates (%s); name the certificate of the CA"
              .formatted(setting, caFile, e.getClass().getSimpleName()),
          e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, CertificateException {
    if (Files.size(file) > LONGEST) throw new IOException("too long");
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  /// What is wrong with the certificate of a server, and what to do; null where the failure is
  /// about something else.
  static @Nullable String problem(IOException failure, String origin) {
    boolean tls = failure instanceof SSLException;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      switch (each) {
        case CertificateExpiredException _ -> {
          return "its certificate has expired";
        }
        case CertificateNotYetValidException _ -> {
          return "its certificate is not valid yet (is the clock right?)";
        }
        case CertPathValidatorException path
            when path.getReason() == CertPathValidatorException.BasicReason.EXPIRED -> {
          return "its certificate has expired";
        }
        case CertPathBuilderException _, CertPathValidatorException _ -> {
          return "its certificate is of a CA that is not trusted; name the CA in origins.%s.s3.ca-file"
              .formatted(origin);
        }
        default -> {
          // The cause says it.
        }
      }
      // A name that does not match is a kind of its own in no class.
      boolean last = each.getCause() == null;
      if (last && each instanceof CertificateException) {
        return "its certificate is for another name than that of origins.%s.s3.endpoint"
            .formatted(origin);
      }
    }
    return tls ? "it does not speak TLS as this server does (or not at all)" : null;
  }
}
