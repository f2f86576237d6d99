package io.tarn.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How the text of one value becomes an object. The name is what documentation and help call it.
record ValueType(String name, boolean secret, Function<String, Object> parse) {

  static @Nullable ValueType of(Class<?> type) {
    if (type.isEnum()) return ofEnum(type);
    return switch (type.getName()) {
      case "boolean" -> plain("boolean", ValueType::parseBoolean);
      case "int" -> plain("number", text -> number(text, Integer::valueOf));
      case "long" -> plain("number", text -> number(text, Long::valueOf));
      case "double" -> plain("decimal", text -> number(text, ValueType::finite));
      case "java.lang.String" -> plain("text", text -> text);
      case "java.nio.file.Path" -> plain("path", ValueType::path);
      case "java.time.Duration" -> plain("duration", DurationText::parse);
      case "io.tarn.settings.DataSize" -> plain("size", DataSize::parse);
      case "io.tarn.settings.Address" -> plain("address", Address::parse);
      case "io.tarn.settings.AddressRange" -> plain("address range", ValueType::range);
      case "io.tarn.settings.Secret" -> new ValueType("secret", true, Secret::of);
      default -> null;
    };
  }

  /// The text that reads back as the value; stars for a secret.
  static String show(Object value) {
    return switch (value) {
      case Duration duration -> DurationText.show(duration);
      case Enum<?> constant -> kebab(constant);
      default -> value.toString();
    };
  }

  private static ValueType plain(String name, Function<String, Object> parse) {
    return new ValueType(name, false, parse);
  }

  private static ValueType ofEnum(Class<?> type) {
    List<? extends Enum<? extends Enum<?>>> constants =
        Arrays.stream(type.getEnumConstants()).map(each -> (Enum<?>) each).toList();
    String names = constants.stream().map(ValueType::kebab).collect(Collectors.joining(" or "));
    return plain(
        names,
        text -> {
          String wanted = text.strip().toLowerCase(Locale.ROOT);
          for (var constant : constants) {
            if (kebab(constant).equals(wanted)) return constant;
          }
          throw new IllegalArgumentException("not one of the choices; write " + names);
        });
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object parseBoolean(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "on", "yes" -> true;
      case "false", "off", "no" -> false;
      default -> throw new IllegalArgumentException("not a boolean; write true or false");
    };
  }

  private static Object number(String text, Function<String, Object> parse) {
    try {
      return parse.apply(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number in the range of this setting", e);
    }
  }

  private static Object finite(String text) {
    double number = Double.parseDouble(text);
    if (!Double.isFinite(number)) throw new NumberFormatException(text);
    return number;
  }

  private static Object range(String text) {
    return AddressRange.parse(text.strip())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no range of addresses; write for example 10.0.0.0/8 or 192.0.2.7"));
  }

  private static Object path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path", e);
    }
  }
}
