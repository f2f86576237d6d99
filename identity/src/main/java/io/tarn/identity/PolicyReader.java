package io.tarn.identity;

import io.tarn.identity.PolicyJson.Array;
import io.tarn.identity.PolicyJson.Members;
import io.tarn.identity.PolicyJson.Nothing;
import io.tarn.identity.PolicyJson.Scalar;
import io.tarn.store.BucketName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a policy document (IAM user guide, "Grammar of the IAM JSON policy language"). Element
/// names are exact; each element is read by a reader of its own.
final class PolicyReader {
  private static final Set<String> ELEMENTS = Set.of("Version", "Id", "Statement");
  private static final Set<String> STATEMENT_ELEMENTS =
      Set.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");

  /// What the policy is attached to, which decides what its statements may name.
  sealed interface Kind {}

  record OfBucket(BucketName bucket) implements Kind {}

  record OfIdentity() implements Kind {}

  private final String name;
  private final Kind kind;
  private final boolean fresh;

  /// `fresh`: what is read is not stored yet, so it is also refused when it is well formed and yet
  /// cannot mean what it says. What is stored stays readable when such a rule is added.
  PolicyReader(String name, Kind kind, boolean fresh) {
    this.name = name;
    this.kind = kind;
    this.fresh = fresh;
  }

  Policy read(String json) {
    if (json.length() > Policy.MAX_BYTES
        || json.getBytes(StandardCharsets.UTF_8).length > Policy.MAX_BYTES) {
      throw new MalformedPolicy("", "longer than " + Policy.MAX_BYTES + " bytes");
    }
    Map<String, PolicyJson> document = members(PolicyJson.parse(json), "", ELEMENTS);
    boolean variables = hasVariables(document.get("Version"));
    PolicyJson id = document.get("Id");
    if (id != null) scalar(id, "Id");
    PolicyJson statement = document.get("Statement");
    if (statement == null) throw new MalformedPolicy("", "no Statement");
    return new Policy(name, statements(statement, variables));
  }

  private static boolean hasVariables(@Nullable PolicyJson version) {
    if (version == null) return false; // means 2008-10-17
    return switch (scalar(version, "Version")) {
      case "2012-10-17" -> true;
      case "2008-10-17" -> false;
      default -> throw new MalformedPolicy("Version", "must be 2012-10-17 or 2008-10-17");
    };
  }

  private List<Statement> statements(PolicyJson element, boolean variables) {
    List<PolicyJson> items = element instanceof Array(var list) ? list : List.of(element);
    if (items.isEmpty()) throw new MalformedPolicy("Statement", "an empty list");
    var statements = new ArrayList<Statement>(items.size());
    var sids = new HashSet<String>();
    for (int i = 0; i < items.size(); i++) {
      String where = "Statement[" + i + "]";
      Map<String, PolicyJson> members = members(items.get(i), where, STATEMENT_ELEMENTS);
      PolicyJson sid = members.get("Sid");
      String title = sid == null ? "" : scalar(sid, where + ".Sid");
      if (!title.isEmpty() && !sids.add(title)) {
        throw new MalformedPolicy(where + ".Sid", "used twice");
      }
      String named = name + ", statement " + (title.isEmpty() ? i : ConditionKeys.quoted(title));
      statements.add(statement(members, variables, new Place(where, named)));
    }
    return statements;
  }

  /// Where a statement stands in the document, and what it is called in the log.
  private record Place(String where, String name) {}

  private Statement statement(Map<String, PolicyJson> members, boolean variables, Place place) {
    String where = place.where;
    Effect effect = effect(members.get("Effect"), where);
    Principals principals = principals(members, effect, where);
    OneOf action = oneOf(members, "Action", where);
    OneOf resource = resource(members, action, where);
    if (fresh) requireFitting(action, resource);
    EnumSet<Action> actions =
        new ActionReader(kind, effect)
            .read(action.values, action.negated, scope(resource), action.where);
    Resources resources =
        new ResourceReader(kind, variables).read(resource.values, resource.negated, resource.where);
    PolicyJson condition = members.get("Condition");
    List<Condition> conditions =
        condition == null
            ? List.of()
            : ConditionReader.read(condition, variables, where + ".Condition");
    // IAM takes a statement of a user that allows nothing; one that denies nothing looks like
    // safety.
    boolean strict = fresh && (kind instanceof OfBucket || effect == Effect.DENY);
    if (strict && !action.negated && !resource.negated) {
      ActionReader.requireFitting(action.values, resources, action.where);
    }
    if (fresh && effect == Effect.DENY) requireKnowable(resources, conditions, where);
    var scope = new Statement.Scope(principals, actions, resources, conditions);
    return new Statement(effect, scope, condition, place.name);
  }

  private static ActionReader.Scope scope(OneOf resource) {
    boolean all = resource.values.stream().allMatch(text -> text.equals("*"));
    if (all && !resource.negated) return ActionReader.Scope.WHOLE;
    return resource.negated || resource.values.contains("*")
        ? ActionReader.Scope.WIDE
        : ActionReader.Scope.NAMED;
  }

  /// Administration beside resources would be allowed less, or denied more, than it seems.
  private static void requireFitting(OneOf action, OneOf resource) {
    boolean administers =
        !action.negated && action.values.stream().anyMatch(ActionReader::namesAdministration);
    if (administers && scope(resource) != ActionReader.Scope.WHOLE) {
      throw new MalformedPolicy(
          resource.where,
          "admin: actions are about no bucket: put them in a statement of their own, without"
              + " Resource or with \"*\"");
    }
  }

  /// A denial that hangs on what is never known here would never take effect.
  private static void requireKnowable(
      Resources resources, List<Condition> conditions, String where) {
    for (Condition condition : conditions) {
      if (condition.needsKey()) requireSet(condition.key().name(), where + ".Condition");
      if (condition.operator().isNegated()) continue;
      for (Comparison value : condition.values()) {
        for (Wildcard pattern : value.patterns()) requireSet(pattern, where + ".Condition");
      }
    }
    if (!resources.negated()) {
      for (Wildcard pattern : resources.patterns()) requireSet(pattern, where + ".Resource");
    }
  }

  private static void requireSet(Wildcard pattern, String where) {
    for (ConditionName name : pattern.needs()) requireSet(name, where);
  }

  private static void requireSet(ConditionName name, String where) {
    if (name.isNeverSet()) {
      throw new MalformedPolicy(
          where, "a denial by " + name.text() + ", which has no value here, would deny nothing");
    }
  }

  private static Effect effect(@Nullable PolicyJson element, String where) {
    if (element == null) throw new MalformedPolicy(where, "no Effect");
    return switch (scalar(element, where + ".Effect")) {
      case "Allow" -> Effect.ALLOW;
      case "Deny" -> Effect.DENY;
      default -> throw new MalformedPolicy(where + ".Effect", "must be Allow or Deny");
    };
  }

  private Principals principals(Map<String, PolicyJson> members, Effect effect, String where) {
    PolicyJson named = members.get("Principal");
    PolicyJson excluded = members.get("NotPrincipal");
    return switch (kind) {
      case OfIdentity() -> {
        if (named != null || excluded != null) {
          throw new MalformedPolicy(where, "a policy of a user names no principal");
        }
        yield Principals.ANYONE;
      }
      case OfBucket _ -> {
        if (named != null && excluded != null) {
          throw new MalformedPolicy(where, "both Principal and NotPrincipal");
        }
        if (named != null) yield PrincipalReader.read(named, false, where + ".Principal");
        if (excluded == null) throw new MalformedPolicy(where, "no Principal");
        if (effect == Effect.ALLOW) {
          throw new MalformedPolicy(where, "Allow with NotPrincipal is not allowed");
        }
        yield PrincipalReader.read(excluded, true, where + ".NotPrincipal");
      }
    };
  }

  private OneOf resource(Map<String, PolicyJson> members, OneOf action, String where) {
    boolean none = members.get("Resource") == null && members.get("NotResource") == null;
    boolean needed = action.negated || !ActionReader.needNoResource(action.values);
    return none && kind instanceof OfIdentity && !needed
        ? new OneOf(List.of("*"), false, where)
        : oneOf(members, "Resource", where);
  }

  /// The values of an element that has a `Not…` twin.
  private record OneOf(List<String> values, boolean negated, String where) {}

  private static OneOf oneOf(Map<String, PolicyJson> members, String element, String where) {
    PolicyJson plain = members.get(element);
    PolicyJson negated = members.get("Not" + element);
    if (plain != null && negated != null) {
      throw new MalformedPolicy(where, "both " + element + " and Not" + element);
    }
    if (plain != null) {
      String place = where + "." + element;
      return new OneOf(texts(plain, place), false, place);
    }
    if (negated == null) throw new MalformedPolicy(where, "no " + element);
    String place = where + ".Not" + element;
    return new OneOf(texts(negated, place), true, place);
  }

  static Map<String, PolicyJson> members(PolicyJson json, String where, Set<String> known) {
    if (!(json instanceof Members(var members))) throw new MalformedPolicy(where, "not an object");
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw new MalformedPolicy(where, "unknown element " + ConditionKeys.quoted(name));
      }
    }
    return members;
  }

  /// One text, or a list of at least one.
  static List<String> texts(PolicyJson json, String where) {
    return switch (json) {
      case Scalar(var text) -> List.of(text);
      case Array(var items) -> {
        if (items.isEmpty()) throw new MalformedPolicy(where, "an empty list");
        yield items.stream().map(item -> scalar(item, where)).toList();
      }
      case Members _, Nothing _ -> throw new MalformedPolicy(where, "neither a text nor a list");
    };
  }

  static String scalar(PolicyJson json, String where) {
    if (json instanceof Scalar(var text)) return text;
    throw new MalformedPolicy(where, "not a text");
  }
}
