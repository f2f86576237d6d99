package io.tarn.identity;

import io.tarn.identity.Wildcard.Syntax;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Reads `Action` and `NotAction` into the set of actions they mean. An S3 action that does not
/// exist is refused, because a deny with a typing mistake denies nothing.
///
/// Administration is allowed by its own name only (`admin:*`, `admin:ListUsers`) and in a statement
/// about no resource (none, or `*`): neither `*` nor `NotAction`, which people write with buckets
/// in mind, makes an administrator of anybody. A denial errs the other way, and takes in whatever
/// it can be read to mean.
final class ActionReader {
  /// Actions of S3 that are about other things than buckets and objects. Policies written for AWS
  /// name them; they are known, and nothing here asks for them.
  private static final List<String> ELSEWHERE =
      """
      associateaccessgrantsidentitycenter createaccessgrant createaccessgrantsinstance \
      createaccessgrantslocation createaccesspoint createaccesspointforobjectlambda \
      createbucketmetadatatableconfiguration createjob createmultiregionaccesspoint \
      createstoragelensgroup deleteaccessgrant deleteaccessgrantsinstance \
      deleteaccessgrantsinstanceresourcepolicy deleteaccessgrantslocation deleteaccesspoint \
      deleteaccesspointforobjectlambda deleteaccesspointpolicy \
      deleteaccesspointpolicyforobjectlambda deletebucketmetadatatableconfiguration \
      deletejobtagging deletemultiregionaccesspoint deletestoragelensconfiguration \
      deletestoragelensconfigurationtagging deletestoragelensgroup describejob \
      describemultiregionaccesspointoperation dissociateaccessgrantsidentitycenter getaccessgrant \
      getaccessgrantsinstance getaccessgrantsinstanceforprefix \
      getaccessgrantsinstanceresourcepolicy getaccessgrantslocation getaccesspoint \
      getaccesspointconfigurationforobjectlambda getaccesspointforobjectlambda \
      getaccesspointpolicy getaccesspointpolicyforobjectlambda getaccesspointpolicystatus \
      getaccesspointpolicystatusforobjectlambda getaccountpublicaccessblock \
      getbucketmetadatatableconfiguration getdataaccess getjobtagging getmultiregionaccesspoint \
      getmultiregionaccesspointpolicy getmultiregionaccesspointpolicystatus \
      getmultiregionaccesspointroutes getstoragelensconfiguration \
      getstoragelensconfigurationtagging getstoragelensdashboard getstoragelensgroup \
      initiatereplication listaccessgrants listaccessgrantsinstances listaccessgrantslocations \
      listaccesspoints listaccesspointsforobjectlambda listcalleraccessgrants listjobs \
      listmultiregionaccesspoints liststoragelensconfigurations liststoragelensgroups \
      listtagsforresource pausereplication putaccessgrantsinstanceresourcepolicy \
      putaccesspointconfigurationforobjectlambda putaccesspointpolicy \
      putaccesspointpolicyforobjectlambda putaccesspointpublicaccessblock \
      putaccountpublicaccessblock putbucketabac putjobtagging putmultiregionaccesspointpolicy \
      putstoragelensconfiguration putstoragelensconfigurationtagging \
      submitmultiregionaccesspointroutes tagresource untagresource updateaccessgrantslocation \
      updatejobpriority updatejobstatus updatestoragelensgroup updateobjectencryption\
      """
          .lines()
          .flatMap(line -> List.of(line.split(" ")).stream())
          .map(name -> "s3:" + name)
          .toList();

  private static final String ADMINISTRATION = "admin:";

  private final PolicyReader.Kind kind;
  private final Effect effect;

  /// How much the resources of a statement leave: everything, or only what is named.
  enum Scope {
    /// None are named, or `*` alone.
    WHOLE,
    /// `*` beside others, or all but some.
    WIDE,
    /// Some are named.
    NAMED
  }

  ActionReader(PolicyReader.Kind kind, Effect effect) {
    this.kind = kind;
    this.effect = effect;
  }

  EnumSet<Action> read(List<String> texts, boolean negated, Scope scope, String where) {
    var actions = EnumSet.noneOf(Action.class);
    var named = EnumSet.noneOf(Action.class); // of administration, by its own name
    for (String text : texts) {
      add(text, namesAdministration(text) && !negated ? named : actions, where);
    }
    if (negated) actions = EnumSet.complementOf(actions);
    boolean reaches = effect == Effect.DENY && scope != Scope.NAMED;
    if (!reaches) actions.removeIf(Action::isAdministration);
    if (effect == Effect.DENY || scope == Scope.WHOLE) actions.addAll(named);
    return actions;
  }

  static boolean namesAdministration(String text) {
    return text.regionMatches(true, 0, ADMINISTRATION, 0, ADMINISTRATION.length());
  }

  /// The console's actions, and those of services that are not here, are about no resource of ours.
  static boolean needNoResource(List<String> texts) {
    return texts.stream()
        .map(text -> text.toLowerCase(Locale.ROOT))
        .noneMatch(text -> text.equals("*") || text.startsWith("s3:"));
  }

  private void add(String text, EnumSet<Action> actions, String where) {
    String name = text.toLowerCase(Locale.ROOT);
    boolean s3 = name.equals("*") || name.startsWith("s3:");
    if (!s3 && !(kind instanceof PolicyReader.OfIdentity && isOfAService(name))) {
      throw invalid(text, where);
    }
    Wildcard pattern = Wildcard.parse(name, Syntax.WILD, where);
    EnumSet<Action> matched = matching(pattern);
    actions.addAll(matched);
    boolean known = !s3 || !matched.isEmpty();
    if (!known && ELSEWHERE.stream().noneMatch(pattern::matches)) throw invalid(text, where);
  }

  private static EnumSet<Action> matching(Wildcard pattern) {
    var matched = EnumSet.noneOf(Action.class);
    for (Action action : Action.values()) {
      if (pattern.matches(action.text().toLowerCase(Locale.ROOT))) matched.add(action);
    }
    return matched;
  }

  /// Refuses an action that is taken on nothing that is named, so that it would say nothing.
  static void requireFitting(List<String> texts, Resources resources, String where) {
    for (String text : texts) {
      EnumSet<Action> matched =
          matching(Wildcard.parse(text.toLowerCase(Locale.ROOT), Syntax.WILD, where));
      if (matched.isEmpty() || matched.stream().anyMatch(resources::fit)) continue;
      throw new MalformedPolicy(
          where,
          "Action does not apply to any resource(s) in statement: %s is taken on %s"
              .formatted(ConditionKeys.quoted(text), targets(matched)));
    }
  }

  private static String targets(EnumSet<Action> actions) {
    return actions.stream()
        .map(Action::target)
        .distinct()
        .map(
            target ->
                switch (target) {
                  case OBJECT -> "objects, arn:aws:s3:::<bucket>/<key>";
                  case BUCKET -> "buckets, arn:aws:s3:::<bucket>";
                  case TENANT, SERVER -> "no bucket, *";
                })
        .collect(Collectors.joining(" or "));
  }

  private static boolean isOfAService(String name) {
    int colon = name.indexOf(':');
    return colon > 0
        && colon < name.length() - 1
        && name.substring(0, colon).chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '-');
  }

  private static MalformedPolicy invalid(String text, String where) {
    return new MalformedPolicy(where, "Policy has invalid action " + ConditionKeys.quoted(text));
  }
}
