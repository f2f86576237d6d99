package io.tarn.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.identity.Caller;
import io.tarn.identity.Policy;
import io.tarn.store.ObjectStore;
import io.tarn.testkit.Claim;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A store can be a round trip away, and be paid by the request. So whatever is asked of the server
/// is asked of the store in one call, and what is refused in none.
class RoundTripsTest {
  private static final Pattern UPLOAD = Pattern.compile("<UploadId>([^<]+)</UploadId>");
  private static final String POLICY =
      "{\"Statement\":{\"Effect\":\"%s\",\"Action\":\"s3:*\",\"Resource\":\"*\"%s}}";
  private static final String IF_PUBLIC =
      ",\"Condition\":{\"StringEqualsIfExists\":{\"s3:ExistingObjectTag/public\":\"yes\"}}";

  @TempDir static Path directory;

  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // before all tests
  private static TestServer server;

  @SuppressWarnings("NullAway.Init") // before all tests
  private static Client main;

  private static String upload = "";

  @BeforeAll
  static void start() {
    server = new TestServer(directory, RoundTripsTest::counted);
    main = new Client(server, "main");
    main.ok("PUT /box", "x-amz-object-ownership", "BucketOwnerEnforced");
    main.ok("PUT /shared", "x-amz-object-ownership", "ObjectWriter");
    for (String bucket : List.of("box", "shared")) {
      Client.ok(main.put("/" + bucket + "/k", "x", "x-amz-tagging", "public=yes"));
    }
    Matcher found = UPLOAD.matcher(main.ok("POST /box/k?uploads").text());
    assertThat(found.find()).isTrue();
    upload = found.group(1);
    user("all", POLICY.formatted("Allow", ""));
    user("some", POLICY.formatted("Allow", IF_PUBLIC));
    user("none", POLICY.formatted("Deny", ""));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void user(String name, String policy) {
    server.callers.add(
        new Caller.User(
            server.callers.account("main"),
            name,
            TestServer.Crowd.key(name),
            List.of(Policy.ofIdentity(policy, "p"))));
  }

  private static ObjectStore counted(ObjectStore inner) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              CALLS.add(method.getName());
              try {
                return method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Wire.Answer call(String who, String line, String body, String headers) {
    Draft draft = new Draft(line.replace("UPLOAD", upload));
    if (!headers.isEmpty()) {
      for (String header : headers.split(";", -1)) {
        draft.header(header.split("=", 2)[0], header.split("=", 2)[1]);
      }
    }
    if (!body.isEmpty()) draft.body(body);
    CALLS.clear();
    return new Client(server, who).send(draft);
  }

  private static final String TAGS =
      "<Tagging><TagSet><Tag><Key>public</Key><Value>yes</Value></Tag></TagSet></Tagging>";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET /box/k || | open",
        "GET /box/k || range=bytes=0-0 | open",
        "GET /box/k?partNumber=1 || | open",
        "GET /box/k || if-none-match=\"other\" | open",
        "HEAD /box/k || | measure",
        "HEAD /box/k || range=bytes=0-0 | measure",
        "HEAD /box/k?partNumber=1 || | measure",
        "PUT /box/k | y | x-amz-tagging=public=yes | put",
        "PUT /box/k | y | x-amz-tagging=public=yes;if-match=* | put",
        "DELETE /box/absent || | delete",
        "PUT /box/c || x-amz-copy-source=/box/k | copy",
        "PUT /box/c || x-amz-copy-source=/box/k;x-amz-copy-source-if-none-match=\"o\" | copy",
        "GET /box/k?acl || | head",
        "GET /box/k?tagging || | head",
        "PUT /box/k?tagging | TAGS | | annotate",
        "PUT /shared/k?acl || x-amz-acl=private | annotate",
        "GET /box/k?attributes || x-amz-object-attributes=ETag | open",
        "POST /box/k?uploads || | begin",
        "PUT /box/k?partNumber=1&uploadId=UPLOAD | part | | putPart",
        "PUT /box/k?partNumber=2&uploadId=UPLOAD || x-amz-copy-source=/box/k | copyPart",
        "GET /box/k?uploadId=UPLOAD || | parts",
        "GET /box/k?uploadId=UPLOAD&max-parts=0 || | parts",
        "GET /box || | list",
        "GET /box?list-type=2 || | list",
        "GET /box?versions || | versions",
        "GET /box?uploads || | uploads",
        "GET /shared/k || | open",
      })
  void every_request_is_one_call(
      String line,
      @org.jspecify.annotations.Nullable String body,
      String headers,
      String expected) {
    String sent = body == null ? "" : body.replace("TAGS", TAGS);
    String with = headers == null ? "" : headers;
    if (line.endsWith("?acl") && line.startsWith("PUT")) StoreUnderTest.require(Claim.ACLS);
    for (String who : List.of("main", "all")) doneInOneCall(who, line, sent, with, expected);
    for (String who : List.of("none", "alt", "")) {
      if (line.contains("/shared/") && !who.equals("none")) continue; // its ACL could allow it
      if (expected.equals("parts") && who.equals("alt")) continue; // who could have begun it
      Wire.Answer answer = call(who, line, sent, with);
      assertThat(answer.status()).as("%s: %s", who, answer.text()).isEqualTo(403);
      assertThat(CALLS).as("refused to '%s' from memory", who).isEmpty();
    }
    StoreUnderTest.require(Claim.PERMITS_IN_ONE_STEP);
    doneInOneCall("some", line, sent, with, expected);
  }

  private static void doneInOneCall(
      String who, String line, String body, String headers, String expected) {
    Wire.Answer answer = call(who, line, body, headers);
    assertThat(answer.status()).as("%s: %s", who, answer.text()).isBetween(200, 299);
    assertThat(CALLS).as(who).containsExactly(expected);
  }

  /// What only an ACL could allow is asked of the object that has it, in the same call.
  @ParameterizedTest
  @CsvSource({"GET /shared/k, open", "HEAD /shared/k, measure", "GET /shared/k?acl, head"})
  @OverStoresWith(Claim.ACLS)
  void what_an_acl_decides_is_decided_in_the_one_call(String line, String expected) {
    for (String who : List.of("alt", "")) {
      Wire.Answer answer = call(who, line, "", "");
      assertThat(answer.status()).as(who).isEqualTo(403);
      assertThat(CALLS).as(who).containsExactly(expected);
    }
  }
}
