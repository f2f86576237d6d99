package io.tarn.identity;

import io.tarn.identity.Condition.Quantifier;
import io.tarn.identity.PolicyJson.Members;
import io.tarn.identity.Wildcard.Syntax;
import io.tarn.settings.AddressRange;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Reads `Condition`: operators over keys over values.
final class ConditionReader {
  private static final String IF_EXISTS = "IfExists";
  private static final String FOR_ALL = "ForAllValues:";
  private static final String FOR_ANY = "ForAnyValue:";

  private final boolean variables;

  private ConditionReader(boolean variables) {
    this.variables = variables;
  }

  static List<Condition> read(PolicyJson element, boolean variables, String where) {
    var reader = new ConditionReader(variables);
    var conditions = new ArrayList<Condition>();
    for (Map.Entry<String, PolicyJson> block : members(element, where).entrySet()) {
      Head head = head(block.getKey(), where);
      String inner = where + "." + block.getKey();
      var seen = new HashSet<ConditionKey>();
      for (Map.Entry<String, PolicyJson> entry : members(block.getValue(), inner).entrySet()) {
        ConditionKey key = ConditionKeys.parse(entry.getKey(), inner);
        if (!seen.add(key)) throw new MalformedPolicy(inner, key + " is there twice");
        List<String> texts = PolicyReader.texts(entry.getValue(), inner + "." + key);
        List<Comparison> values =
            texts.stream().map(text -> reader.value(head.operator, text, inner)).toList();
        conditions.add(new Condition(head.operator, head.quantifier, head.ifExists, key, values));
      }
    }
    return conditions;
  }

  private static Map<String, PolicyJson> members(PolicyJson json, String where) {
    if (json instanceof Members(var members)) return members;
    throw new MalformedPolicy(where, "not an object");
  }

  private record Head(Operator operator, Quantifier quantifier, boolean ifExists) {}

  private static Head head(String text, String where) {
    String name = text;
    Quantifier quantifier = Quantifier.NONE;
    if (name.startsWith(FOR_ALL)) {
      quantifier = Quantifier.ALL;
      name = name.substring(FOR_ALL.length());
    } else if (name.startsWith(FOR_ANY)) {
      quantifier = Quantifier.ANY;
      name = name.substring(FOR_ANY.length());
    }
    boolean ifExists = name.endsWith(IF_EXISTS);
    if (ifExists) name = name.substring(0, name.length() - IF_EXISTS.length());
    var operator = Operator.named(name);
    if (operator.isEmpty()) {
      throw new MalformedPolicy(where, "unknown operator " + ConditionKeys.quoted(text));
    }
    if (operator.get() == Operator.NULL && (ifExists || quantifier != Quantifier.NONE)) {
      throw new MalformedPolicy(where, "Null takes neither IfExists nor a quantifier");
    }
    return new Head(operator.get(), quantifier, ifExists);
  }

  private Comparison value(Operator operator, String text, String where) {
    return switch (operator.kind()) {
      case TEXT -> new Comparison.Text(wildcard(text, Syntax.VARIABLES, where));
      case TEXT_IN_ANY_CASE ->
          new Comparison.TextInAnyCase(wildcard(text, Syntax.VARIABLES, where));
      case PATTERN -> new Comparison.Text(wildcard(text, Syntax.WILD_WITH_VARIABLES, where));
      case NUMBER ->
          Values.number(text)
              .<Comparison>map(number -> new Comparison.Numeric(operator.relation(), number))
              .orElseThrow(() -> invalid("number", text, where));
      case DATE ->
          Values.date(text)
              .<Comparison>map(date -> new Comparison.Date(operator.relation(), date))
              .orElseThrow(() -> invalid("date", text, where));
      case BOOL -> bool(text, where);
      case BINARY -> binary(text, where);
      case ADDRESS ->
          AddressRange.parse(text)
              .<Comparison>map(Comparison.Address::new)
              .orElseThrow(() -> invalid("address range", text, where));
      case ARN -> arn(text, where);
    };
  }

  private Wildcard wildcard(String text, Syntax syntax, String where) {
    return Wildcard.parse(text, variables ? syntax : syntax.withoutVariables(), where);
  }

  private static Comparison bool(String text, String where) {
    if (text.equalsIgnoreCase("true")) return new Comparison.Bool(true);
    if (text.equalsIgnoreCase("false")) return new Comparison.Bool(false);
    throw invalid("boolean", text, where);
  }

  private static Comparison binary(String text, String where) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return new Comparison.Binary(Base64.getEncoder().encodeToString(bytes));
    } catch (IllegalArgumentException e) {
      throw invalid("base64 text", text, where);
    }
  }

  private Comparison arn(String text, String where) {
    String[] parts = text.split(":", 6);
    // A lone `*`, and a variable that holds a whole ARN, are texts to us.
    boolean whole = text.equals("*") || (variables && text.startsWith("${"));
    if (whole) return new Comparison.Text(wildcard(text, Syntax.WILD_WITH_VARIABLES, where));
    if (parts.length != 6 || !parts[0].equals("arn")) throw invalid("ARN", text, where);
    var fields = new ArrayList<Wildcard>(6);
    for (String part : parts) fields.add(wildcard(part, Syntax.WILD_WITH_VARIABLES, where));
    return new Comparison.Arn(fields);
  }

  private static MalformedPolicy invalid(String what, String text, String where) {
    return new MalformedPolicy(where, "not a " + what + ": " + ConditionKeys.quoted(text));
  }
}
