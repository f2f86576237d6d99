package io.tarn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tarn.store.Acl;
import io.tarn.store.Annotate;
import io.tarn.store.BeginUpload;
import io.tarn.store.ChecksumType;
import io.tarn.store.CompleteUpload;
import io.tarn.store.Conditions;
import io.tarn.store.Copy;
import io.tarn.store.Delete;
import io.tarn.store.ETags;
import io.tarn.store.Fact;
import io.tarn.store.Key;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.ObjectStore;
import io.tarn.store.ObjectStore.PartSource;
import io.tarn.store.Part;
import io.tarn.store.Permit;
import io.tarn.store.Put;
import io.tarn.store.Read;
import io.tarn.store.StoreFailure;
import io.tarn.store.Tags;
import io.tarn.store.TenantId;
import io.tarn.store.UploadRef;
import io.tarn.store.Version;
import io.tarn.store.Versioning;
import io.tarn.store.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every [ObjectStore] promises about the [Permit] of a request: it is asked of the very
/// version that is shown, changed, replaced or deleted, before anything is told or done.
public abstract class PermitContract extends OneBucket {
  private static final Key KEY = new Key("k");
  private static final Tags PUBLIC = new Tags(Map.of("public", "yes"));
  private static final Permit NEVER = _ -> false;
  private static final Permit IF_PUBLIC =
      Permit.by(EnumSet.of(Fact.TAGS), there -> there != null && there.tags().equals(PUBLIC));

  private void versioning(Versioning versioning) {
    if (versioning != Versioning.OFF) assumeTrue(can(Claim.VERSIONS), "needs versions");
    if (versioning != Versioning.OFF) bucket = buckets.setVersioning(bucket, versioning);
  }

  /// Remembers what it was asked about, and says yes.
  private static final class Asked implements Permit {
    private final List<@Nullable ObjectHead> about = new ArrayList<>();

    @Override
    public boolean allows(@Nullable ObjectHead there) {
      about.add(there);
      return true;
    }

    @Override
    public Set<Fact> facts() {
      return EnumSet.allOf(Fact.class);
    }

    List<Version> versions() {
      return about.stream().map(head -> head == null ? Version.LATEST : head.version()).toList();
    }
  }

  private Version put(String text, Tags tags) {
    var put = new Put(bucket, KEY, OWNER, Metadata.NONE, tags, Conditions.NONE);
    return store.put(put, Bodies.of(text)).version();
  }

  private Put put(Permit permit, Conditions conditions) {
    return new Put(bucket, KEY, OWNER, Metadata.NONE, Tags.NONE, conditions, Acl.PRIVATE, permit);
  }

  private Read read(Version version, Permit permit) {
    return new Read(bucket, KEY, version, Conditions.NONE, permit, Wanted.EVERYTHING);
  }

  private String text(Read read) {
    return new String(Bodies.drain(store.open(read)), StandardCharsets.UTF_8);
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(StoreFailure.NotPermitted.class);
  }

  @ParameterizedTest
  @EnumSource
  @Needs(Claim.TAGS)
  void reads_are_asked_about_the_version_that_is_read(Versioning versioning) {
    versioning(versioning);
    Version first = put("one", Tags.NONE);
    Version second = put("two", PUBLIC);
    boolean kept = versioning == Versioning.ENABLED;
    for (Version version : kept ? List.of(first, second, Version.LATEST) : List.of(second)) {
      Version meant = version.isLatest() ? second : version;
      var asked = new Asked();
      assertThat(store.head(read(version, asked)).version()).isEqualTo(meant);
      assertThat(asked.versions()).isNotEmpty().containsOnly(meant);
      asked = new Asked();
      assertThat(text(read(version, asked))).isEqualTo(meant.equals(first) && kept ? "one" : "two");
      assertThat(asked.versions()).isNotEmpty().containsOnly(meant);
      refused(() -> store.head(read(version, NEVER)));
      refused(() -> store.open(read(version, NEVER)));
    }
    assertThat(text(read(Version.LATEST, IF_PUBLIC))).isEqualTo("two");
    if (kept) refused(() -> store.open(read(first, IF_PUBLIC)));
  }

  @ParameterizedTest
  @EnumSource
  void what_is_refused_does_not_tell_which_conditions_it_fulfils(Versioning versioning) {
    versioning(versioning);
    put("one", Tags.NONE);
    var anyOther = new Conditions(ETags.UNSAID, ETags.ANY, null, null);
    refused(
        () ->
            store.head(new Read(bucket, KEY, Version.LATEST, anyOther, NEVER, Wanted.EVERYTHING)));
    refused(
        () ->
            store.open(new Read(bucket, KEY, Version.LATEST, anyOther, NEVER, Wanted.EVERYTHING)));
    refused(() -> store.put(put(NEVER, anyOther), Bodies.of("two")));
    var sized = new Conditions(ETags.UNSAID, ETags.UNSAID, null, null, 77L, null);
    refused(() -> store.delete(new Delete(bucket, KEY, OWNER, Version.LATEST, sized, NEVER)));
    var copied = new Read(bucket, KEY, Version.LATEST, anyOther, NEVER, Wanted.EVERYTHING);
    refused(() -> store.copy(new Copy(copied, new Put(bucket, new Key("c")), true, true, null)));
    assertThat(text(read(Version.LATEST, Permit.ANY))).isEqualTo("one");
  }

  @ParameterizedTest
  @EnumSource
  void writes_are_asked_about_what_they_replace(Versioning versioning) {
    versioning(versioning);
    var asked = new Asked();
    store.put(put(asked, Conditions.NONE), Bodies.of("one"));
    assertThat(asked.about).isNotEmpty().containsOnlyNulls();
    Version one = store.head(read(Version.LATEST, Permit.ANY)).version();
    asked = new Asked();
    store.put(put(asked, Conditions.NONE), Bodies.of("two"));
    assertThat(asked.versions()).isNotEmpty().containsOnly(one);
    refused(() -> store.put(put(NEVER, Conditions.NONE), Bodies.of("three")));
    refused(() -> store.put(put(NEVER, Conditions.NONE), Bodies.of(Bodies.bytes(1, 300_000))));
    assertThat(text(read(Version.LATEST, Permit.ANY))).isEqualTo("two");
    store.delete(new Delete(bucket, KEY));
    asked = new Asked();
    store.put(put(asked, Conditions.NONE), Bodies.of("four"));
    assertThat(asked.about).as("after a delete").isNotEmpty().containsOnlyNulls();
  }

  @ParameterizedTest
  @EnumSource
  @Needs(Claim.TAGS)
  void deletes_are_asked_about_what_goes(Versioning versioning) {
    versioning(versioning);
    Version first = put("one", Tags.NONE);
    Version second = put("two", PUBLIC);
    var latest = new Delete(bucket, KEY, OWNER, Version.LATEST, Conditions.NONE, NEVER);
    refused(() -> store.delete(latest));
    refused(() -> store.delete(new Delete(bucket, KEY, OWNER, second, Conditions.NONE, NEVER)));
    assertThat(text(read(Version.LATEST, Permit.ANY))).isEqualTo("two");
    if (versioning == Versioning.ENABLED) {
      refused(
          () -> store.delete(new Delete(bucket, KEY, OWNER, first, Conditions.NONE, IF_PUBLIC)));
    }
    store.delete(new Delete(bucket, KEY, OWNER, second, Conditions.NONE, IF_PUBLIC));
    var asked = new Asked();
    store.delete(new Delete(bucket, new Key("none"), OWNER, Version.NULL, Conditions.NONE, asked));
    assertThat(asked.about).isNotEmpty().containsOnlyNulls();
  }

  @ParameterizedTest
  @EnumSource
  @Needs(Claim.TAGS)
  void annotations_are_asked_about_what_they_change(Versioning versioning) {
    versioning(versioning);
    Version version = put("one", PUBLIC);
    var none = new Annotate.SetTags(Tags.NONE);
    refused(() -> store.annotate(new Annotate(bucket, KEY, Version.LATEST, none, NEVER)));
    refused(() -> store.annotate(new Annotate(bucket, KEY, version, none, NEVER)));
    assertThat(store.head(read(version, Permit.ANY)).tags()).isEqualTo(PUBLIC);
    store.annotate(new Annotate(bucket, KEY, Version.LATEST, none, IF_PUBLIC));
    refused(() -> store.annotate(new Annotate(bucket, KEY, Version.LATEST, none, IF_PUBLIC)));
  }

  @ParameterizedTest
  @EnumSource
  @Needs(Claim.ACLS)
  void an_acl_is_made_for_whoever_owns_the_version(Versioning versioning) {
    versioning(versioning);
    put("one", Tags.NONE);
    var by = new ArrayList<TenantId>();
    var acl = new Acl(List.of(new Acl.Grant(new Acl.Everyone(), Acl.Permission.READ)));
    Annotate.AclFor made =
        owner -> {
          by.add(owner);
          return acl;
        };
    store.annotate(new Annotate(bucket, KEY, Version.LATEST, new Annotate.SetAcl(made)));
    assertThat(by).containsOnly(OWNER);
    assertThat(store.head(read(Version.LATEST, Permit.ANY)).acl()).isEqualTo(acl);
  }

  @ParameterizedTest
  @EnumSource
  @Needs(Claim.TAGS)
  void copies_are_asked_about_both_ends(Versioning versioning) {
    versioning(versioning);
    put("one", PUBLIC);
    var target = new Key("target");
    store.put(new Put(bucket, target), Bodies.of("there"));
    refused(() -> store.copy(copy(NEVER, target, Permit.ANY)));
    refused(() -> store.copy(copy(Permit.ANY, target, NEVER)));
    var source = new Asked();
    var replaced = new Asked();
    store.copy(copy(source, target, replaced));
    assertThat(source.about).isNotEmpty().allMatch(IF_PUBLIC::allows);
    assertThat(replaced.about).isNotEmpty().noneMatch(IF_PUBLIC::allows);
  }

  private Copy copy(Permit taken, Key target, Permit replaced) {
    var put =
        new Put(
            bucket,
            target,
            OWNER,
            Metadata.NONE,
            Tags.NONE,
            Conditions.NONE,
            Acl.PRIVATE,
            replaced);
    return new Copy(read(Version.LATEST, taken), put, true, true, null);
  }

  @ParameterizedTest
  @EnumSource
  @Needs(Claim.TAGS)
  void uploads_are_asked_about_themselves_and_their_end_about_what_it_replaces(
      Versioning versioning) {
    versioning(versioning);
    put("one", PUBLIC);
    var begin = new BeginUpload(new Put(bucket, KEY), OWNER, null, ChecksumType.COMPOSITE);
    var ref = new UploadRef(bucket, KEY, store.begin(begin).id());
    var part = new PartSource(read(Version.LATEST, NEVER), null);
    refused(() -> store.copyPart(ref, 1, part));
    refused(() -> store.parts(ref, 0, 10, _ -> false));
    refused(() -> store.abort(ref, _ -> false));
    Part one = store.putPart(ref, 1, Bodies.of("12345"));
    var chosen = List.of(new CompleteUpload.Chosen(1, one.etag(), io.tarn.store.Checksum.NONE));
    CompleteUpload.Expected nothing = CompleteUpload.Expected.NOTHING;
    refused(() -> store.complete(new CompleteUpload(ref, chosen, Conditions.NONE, nothing, NEVER)));
    assertThat(text(read(Version.LATEST, Permit.ANY))).isEqualTo("one");
    assertSame(store.parts(ref, 0, 10, upload -> upload.id().equals(ref.id())).parts(), one);
    store.complete(new CompleteUpload(ref, chosen, Conditions.NONE, nothing, IF_PUBLIC));
    assertThat(text(read(Version.LATEST, Permit.ANY))).isEqualTo("12345");
  }

  /// A reader allowed what is public, and a writer who alternates.
  @ParameterizedTest
  @EnumSource
  @Needs(Claim.TAGS)
  void nobody_is_admitted_to_one_version_and_served_another(Versioning versioning)
      throws InterruptedException {
    versioning(versioning);
    if (versioning != Versioning.ENABLED) {
      assumeTrue(can(Claim.PERMITS_IN_ONE_STEP), "needs permits in one step");
    }
    put("public", PUBLIC);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    put("secret", Tags.NONE);
                    put("public", PUBLIC);
                  }
                });
    int read = 0;
    int refused = 0;
    while (writer.isAlive() || read == 0) {
      try {
        assertThat(text(read(Version.LATEST, IF_PUBLIC))).isEqualTo("public");
        read++;
      } catch (StoreFailure.NotPermitted e) {
        refused++;
      }
    }
    writer.join();
    assertThat(read).as("reads, beside %d refused", refused).isPositive();
  }
}
