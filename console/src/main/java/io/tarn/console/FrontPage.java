package io.tarn.console;

import io.tarn.health.HealthAnswers;
import io.tarn.http.Headers;
import io.tarn.http.RequestHead;
import io.tarn.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a browser finds at `/`: what this address is, how the server does and where to read on.
/// Needs no credentials, so it says no more than health does.
final class FrontPage {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Tarn</title>
      <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem;
               color: #1d2733; background: #fff }
        h1 { margin-bottom: 0 }
        code { background: #eef2f5; padding: .1em .3em; border-radius: 3px }
        a { color: #0b5cad }
        .state { border-left: 4px solid %s; padding-left: .75rem }
        @media (prefers-color-scheme: dark) {
          body { color: #dfe6ed; background: #15191e } code { background: #262d35 } a { color: #7fb8f0 }
        }
      </style>
      <h1>Tarn</h1>
      <p>This is the admin address of a Tarn server: health, metrics and the admin API. S3 is at another address,
      which the server printed when it started.</p>
      <p class="state">%s</p>
      <ul>
        <li><a href="/health/ready">/health/ready</a>: whether it takes work, and what is wrong with it</li>
        <li><a href="/health/live">/health/live</a>: whether it lives</li>
        <li><a href="/metrics">/metrics</a>: for Prometheus; may ask for a token</li>
      </ul>
      <p>Administer it on this machine with <code>tarn status</code>, <code>tarn user ls</code>, <code>tarn --help</code>;
      from elsewhere with <code>--admin</code> and keys. The documents are with the program:
      <code>README.md</code> and <code>docs/</code>.</p>
      </html>
      """;

  private static final String CONTENT =
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

  private FrontPage() {}

  static boolean isAsked(RequestHead head) {
    boolean reads = head.method().equals("GET") || head.method().equals("HEAD");
    return reads && head.target().equals("/") && !head.headers().has("authorization");
  }

  /// How the server does, in words and in the color beside them.
  private enum State {
    WELL("It takes work.", "#2e8b57"),
    DEGRADED("It takes work, with less than all: ", "#d08700"),
    NOT_READY("It takes no work now: ", "#c0392b");

    private final String words;
    private final String color;

    State(String words, String color) {
      this.words = words;
      this.color = color;
    }

    static State of(boolean ready, List<String> troubles) {
      if (!ready) return NOT_READY;
      return troubles.isEmpty() ? WELL : DEGRADED;
    }
  }

  static Response of(HealthAnswers.Summary health) {
    State state = State.of(health.ready(), health.troubles());
    String troubles = String.join("; ", health.troubles());
    String text = PAGE.formatted(state.color, state.words + escaped(troubles));
    Response page =
        Replies.page("text/html; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), "");
    Headers headers =
        Headers.builder().addAll(page.headers()).add("Content-Security-Policy", CONTENT).build();
    return new Response(page.status(), headers, page.body());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
