package io.tarn.credentials;

import io.tarn.credentials.BoundedHttp.Reply;
import io.tarn.request.Percent;
import io.tarn.request.RequestHeaders;
import io.tarn.request.S3Failure;
import io.tarn.request.S3Request;
import io.tarn.s3.XmlElement;
import io.tarn.s3.XmlReader;
import io.tarn.settings.Secret;
import io.tarn.signature.RequestSigner;
import io.tarn.signature.SecretKey;
import io.tarn.signature.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Security Token Service, which gives temporary keys for a role (STS API reference,
/// 2011-06-15). Thread-safe.
///
/// - `endpoint`: empty for that of AWS in the region
record TokenService(String endpoint, String region, Duration timeout, InstantSource clock) {
  private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";
  static final Duration USUAL = Duration.ofHours(1);

  /// A role that is to be assumed. Empty is what is not said.
  record Role(String arn, String session, String externalId, Duration lasting) {
    Role {
      if (arn.isEmpty() || arn.length() > 2048) {
        throw new CredentialsFailure("the ARN of a role is missing or too long");
      }
      if (session.isEmpty()) session = "tarn";
    }

    static Role of(String arn, String session) {
      return new Role(arn, session, "", USUAL);
    }
  }

  /// Keys for the role, for whom the token is about. The request is not signed.
  Credentials assumeWithWebIdentity(Role role, String token, String source) {
    Map<String, String> form = form("AssumeRoleWithWebIdentity", role);
    form.put("WebIdentityToken", token);
    return ask(form, null, source);
  }

  /// Keys for the role, which `by` may assume.
  Credentials assume(Role role, Credentials by, String source) {
    Map<String, String> form = form("AssumeRole", role);
    if (!role.externalId.isEmpty()) form.put("ExternalId", role.externalId);
    return ask(form, by, source);
  }

  private static Map<String, String> form(String action, Role role) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("Action", action);
    form.put("Version", "2011-06-15");
    form.put("RoleArn", role.arn);
    form.put("RoleSessionName", role.session);
    form.put("DurationSeconds", Long.toString(role.lasting.toSeconds()));
    return form;
  }

  private Credentials ask(Map<String, String> form, @Nullable Credentials by, String source) {
    URI uri = Endpoints.parse(endpoint.isEmpty() ? usual() : endpoint, source + ": STS");
    byte[] body = encoded(form).getBytes(StandardCharsets.US_ASCII);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri.resolve("/")).POST(BodyPublishers.ofByteArray(body));
    if (by == null) {
      request.header("Content-Type", FORM);
    } else {
      sign(request, uri.getRawAuthority(), body, by);
    }
    try {
      Reply reply = BoundedHttp.of(timeout).send(request.build());
      if (reply.status() != 200) {
        throw new CredentialsFailure(
            "%s: STS refused it: %s (%d)".formatted(source, code(reply.body()), reply.status()));
      }
      return credentials(reply.body(), source);
    } catch (IOException e) {
      throw CredentialsFailure.because(source + ": STS cannot be asked at " + uri, e);
    }
  }

  private String usual() {
    if (!region.matches("[a-z0-9-]{1,64}")) {
      throw new CredentialsFailure("STS: the name of the region is none");
    }
    String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return "https://sts.%s.%s".formatted(region, domain);
  }

  private static String encoded(Map<String, String> form) {
    var text = new StringBuilder(1024);
    form.forEach(
        (name, value) -> {
          if (!text.isEmpty()) text.append('&');
          text.append(name).append('=').append(Percent.encode(value, false));
        });
    return text.toString();
  }

  private void sign(HttpRequest.Builder request, String host, byte[] body, Credentials by) {
    var fields =
        new ArrayList<>(
            List.of(
                "Content-Type",
                FORM,
                "x-amz-content-sha256",
                RequestSigner.contentSha256(body),
                "x-amz-date",
                RequestSigner.amzDate(clock.instant())));
    if (!by.sessionToken().isEmpty()) {
      fields.addAll(List.of("x-amz-security-token", by.sessionToken().reveal()));
    }
    var covered = new ArrayList<>(List.of("host", host));
    covered.addAll(fields);
    var unsigned =
        S3Request.of("POST", "/", RequestHeaders.of(covered.toArray(String[]::new)), List.of());
    var secret = new SecretKey(by.secretKey().reveal(), 1);
    var signer = new RequestSigner(Service.STS, by.accessKey(), secret, region);
    for (int i = 0; i < fields.size(); i += 2) request.header(fields.get(i), fields.get(i + 1));
    request.header("Authorization", signer.authorization(unsigned));
  }

  /// The code of an error; its message may say more than everybody should read.
  private static String code(byte[] body) {
    try {
      for (XmlElement error : XmlReader.readForeign(body).all("Error")) {
        return JsonCredentials.word(error.firstOf("Code"));
      }
    } catch (S3Failure e) {
      return "no known error"; // a page of whatever stands before it
    }
    return "no known error";
  }

  private static Credentials credentials(byte[] body, String source) {
    try {
      for (XmlElement result : XmlReader.readForeign(body).children()) {
        for (XmlElement keys : result.all("Credentials")) {
          return new Credentials(
              keys.firstOf("AccessKeyId"),
              Secret.of(keys.firstOf("SecretAccessKey")),
              Secret.of(keys.firstOf("SessionToken")),
              JsonCredentials.expiry(keys.firstOf("Expiration"), source),
              source);
        }
      }
    } catch (S3Failure e) {
      throw new CredentialsFailure(source + ": what STS answered cannot be read");
    }
    throw new CredentialsFailure(source + ": STS answered no keys");
  }
}
