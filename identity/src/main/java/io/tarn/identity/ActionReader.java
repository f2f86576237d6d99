package io.tarn.identity;

import io.tarn.identity.Wildcard.Syntax;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/// Reads `Action` and `NotAction` into the set of actions they mean. An S3 action that does not
/// exist is refused, because a deny with a typing mistake denies nothing.
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

  private final PolicyReader.Kind kind;

  ActionReader(PolicyReader.Kind kind) {
    this.kind = kind;
  }

  EnumSet<Action> read(List<String> texts, boolean negated, String where) {
    var actions = EnumSet.noneOf(Action.class);
    for (String text : texts) add(text, actions, where);
    return negated ? EnumSet.complementOf(actions) : actions;
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
    if (!s3 && !(kind instanceof PolicyReader.OfIdentity && isOfAService(name)))
      throw invalid(text, where);
    Wildcard pattern = Wildcard.parse(name, Syntax.WILD, where);
    boolean known = !s3;
    for (Action action : Action.values()) {
      if (!pattern.matches(action.text().toLowerCase(Locale.ROOT))) continue;
      actions.add(action);
      known = true;
    }
    if (!known && ELSEWHERE.stream().noneMatch(pattern::matches)) throw invalid(text, where);
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
