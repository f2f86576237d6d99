package io.tarn.identity;

import io.tarn.identity.PolicyJson.Members;
import io.tarn.identity.PolicyJson.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads `Principal` and `NotPrincipal`. Services, federated users and roles may be named, because
/// policies written for AWS do; nobody here is one, so they match nobody.
final class PrincipalReader {
  private static final int LONGEST = 512;

  private final Set<String> accounts = new HashSet<>();
  private final List<Principals.NamedUser> users = new ArrayList<>();
  private boolean everyone;

  private PrincipalReader() {}

  static Principals read(PolicyJson element, boolean negated, String where) {
    var reader = new PrincipalReader();
    switch (element) {
      case Scalar(var text) when text.equals("*") -> reader.everyone = true;
      case Members(var kinds) -> reader.kinds(kinds, where);
      case PolicyJson _ -> throw new MalformedPolicy(where, "neither \"*\" nor an object");
    }
    return new Principals(negated, reader.everyone, reader.accounts, reader.users);
  }

  private void kinds(Map<String, PolicyJson> kinds, String where) {
    if (kinds.isEmpty()) throw new MalformedPolicy(where, "nobody is named");
    kinds.forEach(
        (kind, names) -> {
          String inner = where + "." + kind;
          for (String name : PolicyReader.texts(names, inner)) {
            if (name.isEmpty() || name.length() > LONGEST) {
              throw new MalformedPolicy(inner, "invalid principal");
            }
            switch (kind) {
              case "AWS" -> aws(name, inner);
              case "CanonicalUser" -> canonical(name);
              case "Service", "Federated" -> {} // known, but never a caller of ours
              default -> throw new MalformedPolicy(where, "unknown kind of principal");
            }
          }
        });
  }

  private void canonical(String name) {
    if (name.equals("*")) {
      everyone = true;
    } else {
      accounts.add(name);
    }
  }

  private void aws(String name, String where) {
    if (name.equals("*")) {
      everyone = true;
    } else if (Account.isNumber(name) || isCanonicalId(name)) {
      accounts.add(name);
    } else {
      arn(name, where);
    }
  }

  private void arn(String arn, String where) {
    String[] fields = arn.split(":", 6);
    boolean iam = fields.length == 6 && (fields[2].equals("iam") || fields[2].equals("sts"));
    if (!iam || !fields[0].equals("arn") || !fields[1].startsWith("aws") || !fields[3].isEmpty()) {
      throw invalid(arn, where);
    }
    String account = fields[4];
    String who = fields[5];
    if (!isAccount(account) || who.indexOf('*') >= 0 || who.indexOf('?') >= 0) {
      throw invalid(arn, where);
    }
    if (who.equals("root")) {
      accounts.add(account);
    } else if (who.startsWith("user/") && who.length() > 5) {
      users.add(new Principals.NamedUser(account, who.substring(5)));
    } else if (!isRole(who)) {
      throw invalid(arn, where);
    }
  }

  private static boolean isRole(String who) {
    return who.startsWith("role/")
        || who.startsWith("assumed-role/")
        || who.startsWith("federated-user/");
  }

  private static MalformedPolicy invalid(String name, String where) {
    return new MalformedPolicy(where, "invalid principal " + ConditionKeys.quoted(name));
  }

  private static boolean isAccount(String text) {
    if (text.isEmpty() || text.length() > 128) return false;
    return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_');
  }

  private static boolean isCanonicalId(String text) {
    if (text.length() != 64) return false;
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
