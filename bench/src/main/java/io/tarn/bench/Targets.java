package io.tarn.bench;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// The options that say whom to load.
final class Targets {
  @Option(
      names = "--target",
      required = true,
      description =
          "name=http://host:port[,pid=N]…[,key=…,secret=…,region=…][,anonymous][,root=DIR for"
              + " static files]; repeatable.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--server-pid",
      description = "Process whose CPU and memory count, with a single target; repeatable.")
  private List<Long> serverPids = new ArrayList<>();

  @Option(
      names = "--access-key",
      defaultValue = "${env:AWS_ACCESS_KEY_ID:-minioadmin}",
      description = "Default: ${DEFAULT-VALUE}.")
  private String accessKey = "";

  @Option(
      names = "--secret-key",
      defaultValue = "${env:AWS_SECRET_ACCESS_KEY:-minioadmin}",
      description = "Default: from the environment.")
  private String secretKey = "";

  @Option(
      names = "--region",
      defaultValue = "${env:AWS_REGION:-us-east-1}",
      description = "Default: ${DEFAULT-VALUE}.")
  private String region = "";

  @Option(names = "--anonymous", description = "Sign nothing.")
  private boolean anonymous;

  List<Endpoint> endpoints() {
    var fallback = new Credentials(accessKey, secretKey, region);
    List<Endpoint> endpoints = new ArrayList<>();
    for (String target : targets) {
      endpoints.add(Endpoint.parse(anonymous ? target + ",anonymous" : target, fallback));
    }
    if (endpoints.size() == 1 && !serverPids.isEmpty()) {
      Endpoint one = endpoints.getFirst();
      endpoints.set(0, new Endpoint(one.name(), one.host(), one.port(), one.access(), serverPids));
    }
    return endpoints;
  }
}
