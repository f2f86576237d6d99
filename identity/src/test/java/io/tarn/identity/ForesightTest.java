package io.tarn.identity;

import static io.tarn.identity.Fixtures.OURS;
import static io.tarn.identity.Fixtures.THEIRS;
import static io.tarn.identity.Fixtures.bucketPolicy;
import static io.tarn.identity.Fixtures.user;
import static io.tarn.identity.Fixtures.userPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.Acl;
import io.tarn.store.TenantId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said before the object is at hand, against what is decided of every object there could
/// be.
class ForesightTest {
  private static final String HERE = "'Resource':['arn:aws:s3:::box','arn:aws:s3:::box/*']";
  private static final String TAGGED =
      "'Condition':{'StringEquals':{'s3:ExistingObjectTag/public':'yes'}}";
  private static final String MARKED =
      "'Condition':{'StringEquals':{'s3:ExistingObjectTag/public':'yes',"
          + "'aws:PrincipalType':'Nothing'}}";
  private static final List<String> STATEMENTS = statements();
  private static final List<Acl> ACLS = acls();
  private static final List<Action> ACTIONS =
      List.of(
          Action.GET_OBJECT,
          Action.PUT_OBJECT,
          Action.GET_OBJECT_TAGGING,
          Action.PUT_OBJECT_ACL,
          Action.ABORT_MULTIPART_UPLOAD,
          Action.LIST_BUCKET);

  private static List<String> statements() {
    var all = new ArrayList<String>();
    for (String effect : List.of("Allow", "Deny")) {
      for (String action : List.of("s3:*", "s3:GetObject", "s3:PutObject")) {
        for (String condition : List.of("", "," + TAGGED, "," + MARKED)) {
          all.add(
              "{'Effect':'%s','Action':'%s',WHO%s%s}".formatted(effect, action, HERE, condition));
        }
      }
    }
    return all;
  }

  /// An object, or an upload, there could be.
  private record There(
      @Nullable String tag, @Nullable OwnerAndAcl held, @Nullable TenantId initiator) {}

  private static List<Acl> acls() {
    var all = new ArrayList<Acl>();
    all.add(Acl.PRIVATE);
    for (Acl.Permission permission : Acl.Permission.values()) {
      all.add(new Acl(List.of(new Acl.Grant(new Acl.Everyone(), permission))));
    }
    return all;
  }

  private static List<There> everything() {
    var all = new ArrayList<There>();
    all.add(new There(null, null, null));
    for (TenantId owner : List.of(OURS.tenant(), THEIRS.tenant())) {
      for (Acl acl : ACLS) {
        for (String tag : new String[] {null, "yes", "no"}) {
          all.add(new There(tag, new OwnerAndAcl(owner, acl), owner));
        }
      }
    }
    return all;
  }

  /// Rules that know the object, or nothing of it where `there` is null.
  private record World(Policy policy, Acl bucket, @Nullable There there) implements Acls {
    Rules rules() {
      return new Rules(OURS.tenant(), policy, this);
    }

    private There known() {
      if (there == null) throw new NotAtHand();
      return there;
    }

    @Override
    public @Nullable OwnerAndAcl object() {
      return known().held;
    }

    @Override
    public @Nullable TenantId initiator() {
      return known().initiator;
    }

    ConditionContext context() {
      return key -> {
        if (key.name() != ConditionName.OfResource.EXISTING_OBJECT_TAG) return List.of();
        String tag = known().tag;
        return tag == null ? List.of() : List.of(tag);
      };
    }
  }

  private static Policy policy(Random random, boolean ofBucket) {
    int count = random.nextInt(3);
    if (count == 0) return Policy.NONE;
    var chosen = new ArrayList<String>();
    String who = ofBucket ? "'Principal':'*'," : "";
    for (int i = 0; i < count; i++) {
      chosen.add(STATEMENTS.get(random.nextInt(STATEMENTS.size())).replace("WHO", who));
    }
    String[] statements = chosen.toArray(String[]::new);
    return ofBucket ? bucketPolicy(statements) : userPolicy(statements);
  }

  private static Caller caller(Random random) {
    Policy own = policy(random, false);
    return switch (random.nextInt(5)) {
      case 0 -> Caller.anonymous();
      case 1 -> new Caller.Root(OURS, "AKROOT");
      case 2 -> new Caller.Root(THEIRS, "AKTHEM");
      case 3 -> user(OURS, "bob", own);
      default -> user(THEIRS, "eve", own);
    };
  }

  @Test
  void what_is_foreseen_is_what_is_decided_whatever_the_object_is() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    List<There> everything = everything();
    var seen = EnumSet.noneOf(Foresight.class);
    for (int i = 0; i < 5000; i++) {
      Caller caller = caller(random);
      Policy policy = policy(random, true);
      Acl bucket = ACLS.get(random.nextInt(ACLS.size()));
      var demand = Fixtures.demand(ACTIONS.get(random.nextInt(ACTIONS.size())), "k");
      var unseen = new World(policy, bucket, null);
      Foresight foresight = Authorizer.foresee(caller, demand, unseen.context(), unseen.rules());
      seen.add(foresight);
      for (There there : everything) {
        var world = new World(policy, bucket, there);
        boolean allowed =
            Authorizer.decide(caller, demand, world.context(), world.rules()).allowed();
        if (foresight != Foresight.DEPENDS) {
          assertThat(allowed)
              .as("seed %d, world %d: %s %s of %s", seed, i, caller, demand, there)
              .isEqualTo(foresight == Foresight.ALLOWED);
        }
      }
    }
    assertThat(seen).containsExactlyInAnyOrder(Foresight.values());
  }

  /// What could not be allowed by any object costs no look.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'Effect':'Allow','Action':'s3:PutObject',WHO} | REFUSED",
        "{'Effect':'Allow','Action':'s3:GetObject',WHO} | ALLOWED",
        "{'Effect':'Allow','Action':'s3:GetObject',WHO,TAGGED} | DEPENDS",
        "{'Effect':'Allow','Action':'s3:GetObject',WHO,MARKED} | REFUSED",
        "{'Effect':'Deny','Action':'s3:GetObject',WHO,TAGGED} | REFUSED",
        "{'Effect':'Deny','Action':'s3:GetObject',WHO,TAGGED},"
            + "{'Effect':'Allow','Action':'s3:GetObject',WHO} | DEPENDS",
        "{'Effect':'Deny','Action':'s3:GetObject',WHO,MARKED},"
            + "{'Effect':'Allow','Action':'s3:GetObject',WHO} | ALLOWED",
        "{'Effect':'Allow','Action':'s3:GetObject',WHO,TAGGED},"
            + "{'Effect':'Deny','Action':'s3:GetObject',WHO} | REFUSED",
        "{'Effect':'Allow','Action':'s3:GetObject',WHO,TAGGED},"
            + "{'Effect':'Allow','Action':'s3:GetObject',WHO} | ALLOWED",
      })
  void only_what_the_object_decides_is_left_open(String statements, Foresight expected) {
    String text =
        statements
            .replace("WHO", "'Principal':'*'," + HERE)
            .replace("TAGGED", TAGGED)
            .replace("MARKED", MARKED);
    Acls none =
        new Acls() {
          @Override
          public Acl bucket() {
            return Acl.PRIVATE;
          }

          @Override
          public @Nullable OwnerAndAcl object() {
            return new OwnerAndAcl(OURS.tenant(), Acl.PRIVATE); // a bucket without ACLs
          }

          @Override
          public @Nullable TenantId initiator() {
            throw new NotAtHand();
          }
        };
    ConditionContext unseen =
        key -> {
          if (key.name() == ConditionName.OfResource.EXISTING_OBJECT_TAG) throw new NotAtHand();
          return List.of();
        };
    assertThat(
            Authorizer.foresee(
                Caller.anonymous(),
                Fixtures.get("k"),
                unseen,
                new Rules(OURS.tenant(), bucketPolicy(text), none)))
        .isEqualTo(expected);
  }
}
