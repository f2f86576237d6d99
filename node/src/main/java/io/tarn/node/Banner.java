package io.tarn.node;

import io.tarn.catalog.RootCredentials.Origin;
import io.tarn.gateway.GatewaySettings;
import io.tarn.settings.Address;

/// What a server says when it is ready: where it listens, and a line that works when pasted into a
/// shell. A secret appears only if it was made just now; it is never shown again.
final class Banner {
  private Banner() {}

  /// What a client does first.
  static final String EXAMPLE = "s3 mb s3://first-bucket";

  static void print(Terminal terminal, Assembly node) {
    print(terminal, node, EXAMPLE);
  }

  /// `example`: what the line has a client do.
  static void print(Terminal terminal, Assembly node, String example) {
    String scheme = node.config().http().certificate() == null ? "http" : "https";
    String s3 =
        "%s://%s:%d".formatted(scheme, shown(node.config().http().listen().host()), node.s3Port());
    String admin =
        "%s://%s:%d"
            .formatted(scheme, shown(node.config().consoleAddress().host()), node.adminPort());
    terminal.print("Tarn %s".formatted(ProgramVersion.TEXT));
    GatewaySettings gateway = node.config().gateway();
    String others = gateway.anyRegion() ? " (or any)" : "";
    terminal.print("  S3       %s   region %s%s".formatted(s3, gateway.region(), others));
    terminal.print("  Admin    %s   health, metrics, admin API; %s".formatted(admin, reach(node)));
    node.filesPort()
        .ifPresent(
            port ->
                terminal.print(
                    "  Files    %s://%s:%d/api/v1/   files by ULID"
                        .formatted(scheme, shown(filesHost(node)), port)));
    terminal.print("  " + node.storage().shown());
    node.origins()
        .signing()
        .forEach(
            (name, how) ->
                terminal.print("  Origin   %s   requests to it are %s".formatted(name, how)));
    Exposure.of(node.config(), node.root().pair()).ifPresent(what -> warn(terminal, what));
    boolean fresh = node.root().origin() == Origin.GENERATED;
    String accessKey = node.root().pair().accessKey();
    if (fresh) {
      terminal.print("  Access key  " + accessKey);
      terminal.print(
          "  Secret key  "
              + node.root().pair().secret().reveal()
              + "   (shown this once; keep it)");
    }
    terminal.print("Try it:");
    terminal.print(
        "  AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_DEFAULT_REGION=%s aws --endpoint-url %s %s"
            .formatted(
                accessKey,
                fresh ? node.root().pair().secret().reveal() : "…",
                node.config().gateway().region(),
                s3,
                example));
    terminal.out().flush();
  }

  static void warn(Terminal terminal, String what) {
    terminal.print("  *** WARNING: " + what + ".");
    terminal.print("  *** Stop and " + Exposure.ADVICE + ".");
  }

  private static String filesHost(Assembly node) {
    Address address = node.config().files().address();
    return address == null ? "" : address.host();
  }

  private static String reach(Assembly node) {
    Address address = node.config().consoleAddress();
    return switch (Reach.of(address)) {
      case THIS_MACHINE ->
          "from this machine only (--console-address=:%d opens it)".formatted(node.adminPort());
      case NETWORK -> "from other machines too (console-address is %s)".formatted(address);
    };
  }

  private static String shown(String host) {
    if (host.isEmpty() || host.equals("0.0.0.0")) return "127.0.0.1";
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
