package io.tarn.identity;

import static io.tarn.identity.Fixtures.OURS;
import static io.tarn.identity.Fixtures.THEIRS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The guard against a model that was written from the user guide's flow chart, works on the texts
/// of the policies and shares nothing with it.
class GuardModelTest {
  private static final List<String> ACTIONS =
      List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket");
  private static final List<String> ACTION_PATTERNS =
      List.of("s3:GetObject", "s3:Put*", "s3:*Object", "s3:List?ucket", "*");
  private static final List<String> KEYS = List.of("", "a", "a/b", "b", "home/bob/x");
  private static final List<String> RESOURCES =
      List.of("box", "box/*", "box/a", "box/a*", "b*", "*", "box/home/${aws:username}/*");
  private static final List<String> PRINCIPALS =
      List.of(
          "*",
          "111111111111",
          "222222222222",
          "arn:aws:iam::111111111111:user/bob",
          "arn:aws:iam::222222222222:user/eve",
          "arn:aws:iam::222222222222:root");
  private static final List<String> OPERATORS =
      List.of("StringEquals", "StringNotEquals", "StringLike", "StringNotLike");
  private static final List<String> QUANTIFIERS = List.of("", "ForAllValues:", "ForAnyValue:");
  private static final List<String> VALUES = List.of("x", "y", "x*", "*");

  /// Of which one is the same for all objects of a request. Both have the same values.
  private static final List<String> KEYS_OF_CONDITIONS =
      List.of("s3:RequestObjectTagKeys", "aws:UserAgent");

  private record Wish(
      String quantifier, String operator, boolean ifExists, String key, List<String> values) {
    String json() {
      return "'%s%s%s':{'%s':%s}"
          .formatted(quantifier, operator, ifExists ? "IfExists" : "", key, list(values));
    }
  }

  private record Clause(
      boolean allow,
      boolean notPrincipal,
      List<String> principals,
      boolean notAction,
      List<String> actions,
      boolean notResource,
      List<String> resources,
      List<Wish> wishes) {
    String json(boolean ofBucket) {
      String principal =
          "'%sPrincipal':{'AWS':%s},".formatted(notPrincipal ? "Not" : "", list(principals));
      List<String> arns =
          resources.stream().map(r -> r.equals("*") ? r : "arn:aws:s3:::" + r).toList();
      return "{'Effect':'%s',%s'%sAction':%s,'%sResource':%s,'Condition':{%s}}"
          .formatted(
              allow ? "Allow" : "Deny",
              ofBucket ? principal : "",
              notAction ? "Not" : "",
              list(actions),
              notResource ? "Not" : "",
              list(arns),
              String.join(",", wishes.stream().map(Wish::json).toList()));
    }
  }

  private record World(Caller caller, String action, String key, List<String> tags) {}

  private static String list(List<String> texts) {
    return "['" + String.join("','", texts) + "']";
  }

  @Test
  void agrees_with_the_model() {
    compare(1_000);
  }

  @Test
  @Tag("slow")
  void agrees_with_the_model_for_longer() {
    compare(30_000);
  }

  private static void compare(int rounds) {
    long seed = Long.getLong("tarn.seed", System.nanoTime());
    System.out.println("seed " + seed + " (-Dtarn.seed)");
    var random = new Random(seed);
    int allowed = 0;
    for (int round = 0; round < rounds; round++) {
      List<Clause> bucket = clauses(random, true);
      List<Clause> user = clauses(random, false);
      Policy userPolicy = user.isEmpty() ? Policy.NONE : Fixtures.userPolicy(texts(user, false));
      Policy bucketPolicy =
          bucket.isEmpty() ? Policy.NONE : Fixtures.bucketPolicy(texts(bucket, true));
      for (int i = 0; i < 4; i++) {
        World world = world(random, userPolicy);
        boolean expected = model(world, bucket, user);
        Decision decision = ask(world, bucketPolicy);
        assertThat(decision.allowed())
            .as(
                "%s%nbucket %s%nuser %s%n%s",
                world,
                String.join(",", texts(bucket, true)),
                String.join(",", texts(user, false)),
                decision.reason())
            .isEqualTo(expected);
        if (expected) allowed++;
        assertThat(askSettled(world, bucketPolicy)).as("settled first").isEqualTo(decision);
      }
    }
    assertThat(allowed).as("cases of both kinds").isBetween(rounds / 2, rounds * 7 / 2);
  }

  private static Decision ask(World world, Policy bucketPolicy) {
    return Fixtures.decide(world.caller, demand(world), context(world), bucketPolicy);
  }

  private static Decision askSettled(World world, Policy bucketPolicy) {
    var other = Fixtures.demand(Action.PUT_OBJECT, "another");
    Authorizer.Settled settled = Fixtures.settle(world.caller, other, context(world), bucketPolicy);
    return Fixtures.decide(settled.caller(), demand(world), context(world), settled.bucketPolicy());
  }

  private static Action named(String text) {
    return Arrays.stream(Action.values())
        .filter(a -> a.text().equals(text))
        .findAny()
        .orElseThrow();
  }

  private static Demand demand(World world) {
    return Fixtures.demand(named(world.action), world.key);
  }

  private static ConditionContext context(World world) {
    return Fixtures.context(
        Map.of("s3:RequestObjectTagKeys", world.tags, "aws:UserAgent", world.tags));
  }

  private static String[] texts(List<Clause> clauses, boolean ofBucket) {
    return clauses.stream().map(c -> c.json(ofBucket)).toArray(String[]::new);
  }

  private static List<Clause> clauses(Random random, boolean ofBucket) {
    var clauses = new ArrayList<Clause>();
    for (int i = random.nextInt(4); i > 0; i--) {
      boolean allow = random.nextInt(3) > 0;
      clauses.add(
          new Clause(
              allow,
              ofBucket && !allow && random.nextBoolean(),
              some(random, PRINCIPALS),
              random.nextInt(4) == 0,
              some(random, ACTION_PATTERNS),
              random.nextInt(4) == 0,
              some(random, RESOURCES),
              random.nextBoolean() ? List.of() : List.of(wish(random))));
    }
    return clauses;
  }

  private static Wish wish(Random random) {
    return new Wish(
        one(random, QUANTIFIERS),
        one(random, OPERATORS),
        random.nextBoolean(),
        one(random, KEYS_OF_CONDITIONS),
        some(random, VALUES));
  }

  private static World world(Random random, Policy policy) {
    Caller caller =
        switch (random.nextInt(6)) {
          case 0 -> Caller.anonymous();
          case 1 -> new Caller.Root(OURS, "AK");
          case 2 -> new Caller.Root(THEIRS, "AK");
          case 3 -> Fixtures.user(OURS, "bob", policy);
          case 4 -> Fixtures.user(THEIRS, "eve", policy);
          default -> Fixtures.user(OURS, "eve", policy);
        };
    var tags = new ArrayList<String>();
    for (int i = random.nextInt(3); i > 0; i--) tags.add(one(random, List.of("x", "y", "xz")));
    return new World(caller, one(random, ACTIONS), one(random, KEYS), tags);
  }

  private static <T> T one(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static List<String> some(Random random, List<String> from) {
    return random.nextInt(3) > 0
        ? List.of(one(random, from))
        : List.of(one(random, from), one(random, from));
  }

  // The model.

  private static boolean model(World world, List<Clause> bucket, List<Clause> user) {
    boolean isUser = world.caller instanceof Caller.User;
    boolean anonymous = world.caller instanceof Caller.Anonymous;
    boolean local = world.caller.arn().contains("111111111111");
    if (bucket.stream().anyMatch(c -> !c.allow && matches(c, world, true))) return false;
    if (isUser && user.stream().anyMatch(c -> !c.allow && matches(c, world, false))) return false;
    boolean byBucket = bucket.stream().anyMatch(c -> c.allow && matches(c, world, true));
    boolean byUser = user.stream().anyMatch(c -> c.allow && matches(c, world, false));
    if (anonymous) return byBucket;
    if (!isUser) return local || byBucket;
    return local ? byBucket || byUser : byBucket && byUser;
  }

  private static boolean matches(Clause clause, World world, boolean ofBucket) {
    if (ofBucket && !principal(clause, world)) return false;
    if (clause.actions.stream().anyMatch(p -> like(p, world.action)) == clause.notAction) {
      return false;
    }
    if (!resource(clause, world, ofBucket)) return false;
    return clause.wishes.stream().allMatch(wish -> holds(wish, world.tags));
  }

  private static boolean principal(Clause clause, World world) {
    String arn = world.caller.arn();
    boolean user = arn.contains(":user/");
    boolean exact = false;
    boolean account = false;
    for (String name : clause.principals) {
      String number = name.replaceAll("[^0-9]", "");
      boolean wholeAccount = name.length() == 12 || name.endsWith(":root");
      if (name.equals("*") || name.equals(arn)) exact = true;
      if (wholeAccount && arn.contains(number)) account = true;
    }
    if (account && !user) exact = true;
    if (clause.notPrincipal) return !exact;
    if (!clause.allow) return exact || account;
    return exact || (account && arn.contains("222222222222"));
  }

  private static boolean resource(Clause clause, World world, boolean ofBucket) {
    boolean foreign = world.caller.arn().contains("222222222222");
    boolean nameless = foreign && ofBucket; // names of other tenants' users mean nothing there
    String name = world.caller instanceof Caller.User user && !nameless ? user.name() : null;
    String resource = world.key.isEmpty() ? "box" : "box/" + world.key;
    boolean open = false;
    boolean named = false;
    for (String pattern : clause.resources) {
      if (pattern.contains("$") && name == null) {
        open = true;
      } else {
        named |= like(pattern.replace("${aws:username}", "" + name), resource);
      }
    }
    if (!clause.notResource) return named;
    return open ? !clause.allow : !named;
  }

  private static boolean holds(Wish wish, List<String> tags) {
    boolean not = wish.operator.contains("Not");
    boolean each = wish.quantifier.equals("ForAllValues:");
    boolean some = wish.quantifier.equals("ForAnyValue:");
    if (tags.isEmpty()) return wish.ifExists || each || (not && !some);
    long good =
        tags.stream()
            .filter(tag -> wish.values.stream().anyMatch(v -> same(wish, v, tag)) != not)
            .count();
    if (each || (not && !some)) return good == tags.size();
    return good > 0;
  }

  private static boolean same(Wish wish, String value, String tag) {
    return wish.operator.endsWith("Like") ? like(value, tag) : value.equals(tag);
  }

  private static boolean like(String pattern, String text) {
    var regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote("" + c));
    }
    return Pattern.matches(regex.toString(), text);
  }
}
