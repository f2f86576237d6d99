package io.tarn.catalog;

import io.tarn.identity.Policy;
import java.util.Map;
import java.util.TreeMap;

/// The named policies that every tenant has, as MinIO's ("Built-in policies"). They cannot be
/// changed or removed.
final class CannedPolicies {
  private static final Map<String, String> DOCUMENTS =
      new TreeMap<>(
          Map.of(
              "readonly",
              s3("\"s3:GetBucketLocation\",\"s3:GetObject\""),
              "writeonly",
              s3("\"s3:PutObject\""),
              "readwrite",
              s3("\"s3:*\""),
              "diagnostics",
              """
              {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["admin:Diagnose",\
              "admin:ServerTrace","admin:Profiling","admin:ConsoleLog","admin:ServerInfo",\
              "admin:StorageInfo","admin:TopLocksInfo","admin:OBDInfo",\
              "admin:BandwidthMonitor","admin:Prometheus"]}]}\
              """,
              "consoleAdmin",
              """
              {"Version":"2012-10-17","Statement":[\
              {"Effect":"Allow","Action":["admin:*"]},\
              {"Effect":"Allow","Action":["kms:*"]},\
              {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::*"]}]}\
              """));
  private static final Map<String, Policy> PARSED = parsed();

  private CannedPolicies() {}

  static Map<String, String> documents() {
    return DOCUMENTS;
  }

  static Map<String, Policy> policies() {
    return PARSED;
  }

  private static String s3(String actions) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":["
        + actions
        + "],\"Resource\":[\"arn:aws:s3:::*\"]}]}";
  }

  private static Map<String, Policy> parsed() {
    var parsed = new TreeMap<String, Policy>();
    DOCUMENTS.forEach((name, json) -> parsed.put(name, Policy.newOfIdentity(json, name)));
    return Map.copyOf(parsed);
  }
}
