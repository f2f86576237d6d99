package io.tarn.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarFile;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.protocols.core.OperationInfo;
import software.amazon.awssdk.services.s3.model.S3Request;

/// What the SDKs can ask of S3: the table that `.ci/s3-operations` writes.
final class SdkModel {
  /// An operation. `uri` has `{Bucket}` and `{Key+}` where they go; a header that ends with `*` is
  /// a prefix.
  record Operation(
      String name, String method, String uri, List<String> query, List<String> headers) {
    /// Every input, a parameter of the query as `?name`.
    List<String> inputs() {
      var inputs = new ArrayList<String>();
      query.forEach(name -> inputs.add("?" + name));
      inputs.addAll(headers);
      return inputs;
    }
  }

  private SdkModel() {}

  static Map<String, Operation> operations() {
    Map<String, Operation> operations = new LinkedHashMap<>();
    Operation last = null;
    for (String line : text("s3-operations.txt").lines().toList()) {
      List<String> words = List.of(line.strip().split(" ", -1));
      if (line.startsWith("#")) continue;
      if (!line.startsWith(" ")) {
        last =
            new Operation(
                words.get(0), words.get(1), words.get(2), new ArrayList<>(), new ArrayList<>());
        operations.put(last.name(), last);
      } else {
        if (last == null) throw new IllegalStateException("an input of nothing: " + line);
        List<String> inputs = words.get(0).equals("query") ? last.query() : last.headers();
        inputs.addAll(words.subList(1, words.size()));
      }
    }
    return operations;
  }

  /// The same of the SDK for Java, as its classes describe themselves.
  static List<Operation> ofJava() {
    var operations = new ArrayList<Operation>();
    String folder = S3Request.class.getPackageName().replace('.', '/') + "/";
    URL jar = S3Request.class.getProtectionDomain().getCodeSource().getLocation();
    try (var classes = new JarFile(jar.getPath())) {
      for (var entry : Collections.list(classes.entries())) {
        String name = entry.getName();
        if (!name.startsWith(folder) || !name.endsWith("Request.class")) continue;
        var type = Class.forName(name.replace('/', '.').replace(".class", ""));
        if (S3Request.class.isAssignableFrom(type) && type != S3Request.class) {
          operations.add(ofJava(type));
        }
      }
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException("the SDK for Java is made otherwise than it was", e);
    }
    return operations;
  }

  private static Operation ofJava(Class<?> type) throws ReflectiveOperationException {
    var marshaller =
        Class.forName(type.getName().replace(".model.", ".transform.").concat("Marshaller"));
    Field binding = marshaller.getDeclaredField("SDK_OPERATION_BINDING");
    binding.setAccessible(true);
    var operation = (OperationInfo) binding.get(null);
    String name = type.getSimpleName().replaceFirst("Request$", "");
    var query = new ArrayList<String>();
    var headers = new ArrayList<String>();
    Object builder = type.getMethod("builder").invoke(null);
    for (SdkField<?> field : ((SdkPojo) builder).sdkFields()) {
      switch (field.location()) {
        case QUERY_PARAM -> query.add(field.locationName());
        case HEADER ->
            headers.add(
                field.locationName().toLowerCase(Locale.ROOT)
                    + (field.marshallingType().equals(MarshallingType.MAP) ? "*" : ""));
        default -> {}
      }
    }
    return new Operation(
        name, operation.httpMethod().name(), operation.requestUri(), query, headers);
  }

  private static String text(String resource) {
    try (InputStream in = SdkModel.class.getResourceAsStream(resource)) {
      if (in == null) throw new IllegalStateException("no " + resource);
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
