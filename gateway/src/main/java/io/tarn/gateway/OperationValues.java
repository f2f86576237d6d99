package io.tarn.gateway;

import io.tarn.identity.ConditionName.OfOperation;
import io.tarn.identity.Demand;
import io.tarn.s3.AclRequest;
import io.tarn.s3.CopySource;
import io.tarn.s3.PageRequest;
import io.tarn.s3.S3Operation;
import io.tarn.s3.Writing;
import io.tarn.store.Acl;
import io.tarn.store.Conditions;
import io.tarn.store.ETags;
import io.tarn.store.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What conditions of policies may ask about one demand of an operation, out of the decoded
/// operation: what is asked about is what is then carried out, however the request spelled it. What
/// is in its document is read when a condition first asks.
///
/// Where clients spell one thing in two ways, both are values: a condition that names either, in
/// any order of operators, means the thing.
record OperationValues(Call call, S3Operation.Served operation, Demand demand) {
  /// - `parameter`: the key of a tag, where the name has one
  List<String> values(OfOperation name, String parameter) {
    Said said = said();
    return switch (name) {
      case PREFIX -> prefix(said);
      case DELIMITER -> said.page == null ? List.of() : List.of(said.page.delimiter());
      case MAX_KEYS -> said.page == null ? List.of() : List.of(String.valueOf(said.page.limit()));
      case VERSION_ID -> version();
      case IF_MATCH -> tags(conditions().ifMatch());
      case IF_NONE_MATCH -> tags(conditions().ifNoneMatch());
      case X_AMZ_ACL ->
          said.acl instanceof AclRequest.Canned canned ? List.of(canned.text()) : List.of();
      case X_AMZ_GRANT_READ -> grants(said.acl, Acl.Permission.READ);
      case X_AMZ_GRANT_WRITE -> grants(said.acl, Acl.Permission.WRITE);
      case X_AMZ_GRANT_READ_ACP -> grants(said.acl, Acl.Permission.READ_ACP);
      case X_AMZ_GRANT_WRITE_ACP -> grants(said.acl, Acl.Permission.WRITE_ACP);
      case X_AMZ_GRANT_FULL_CONTROL -> grants(said.acl, Acl.Permission.FULL_CONTROL);
      case X_AMZ_COPY_SOURCE -> copySource(said);
      case REQUEST_OBJECT_TAG -> value(said.objectTags.get(), parameter);
      case REQUEST_OBJECT_TAG_KEYS -> List.copyOf(said.objectTags.get().values().keySet());
      case REQUEST_TAG -> value(said.bucketTags.get(), parameter);
      case TAG_KEYS -> List.copyOf(said.bucketTags.get().values().keySet());
      case OBJECT_CREATION_OPERATION,
          X_AMZ_STORAGE_CLASS,
          X_AMZ_METADATA_DIRECTIVE,
          X_AMZ_OBJECT_OWNERSHIP,
          LOCATION_CONSTRAINT ->
          said.word(name);
    };
  }

  /// What an operation says, whichever it is. `words` are those that there is one or none of.
  private record Said(
      @Nullable PageRequest page,
      AclRequest acl,
      @Nullable CopySource source,
      Supplier<Tags> objectTags,
      Supplier<Tags> bucketTags,
      Map<OfOperation, Supplier<String>> words) {
    private static final AclRequest UNSAID = new AclRequest.Unsaid();
    static final Said NOTHING = new Said(null, UNSAID, null, Said::noTags, Said::noTags, Map.of());

    static Tags noTags() {
      return Tags.NONE;
    }

    static Said listing(PageRequest page) {
      return new Said(page, UNSAID, null, Said::noTags, Said::noTags, Map.of());
    }

    static Said sharing(AclRequest acl) {
      return new Said(null, acl, null, Said::noTags, Said::noTags, Map.of());
    }

    static Said tagging(Supplier<Tags> objectTags, Supplier<Tags> bucketTags) {
      return new Said(null, UNSAID, null, objectTags, bucketTags, Map.of());
    }

    /// `whole` tells what makes an object from what makes a part of one that may come to be.
    static Said making(boolean whole) {
      return new Said(
          null,
          UNSAID,
          null,
          Said::noTags,
          Said::noTags,
          Map.of(CREATES, () -> Boolean.toString(whole)));
    }

    static Said making(boolean whole, Writing writing) {
      return new Said(
          null,
          writing.acl(),
          null,
          writing::tags,
          Said::noTags,
          Map.of(CREATES, () -> Boolean.toString(whole), STORAGE_CLASS, writing::storageClass));
    }

    Said from(CopySource copied) {
      return new Said(page, acl, copied, objectTags, bucketTags, words);
    }

    Said and(OfOperation name, Supplier<String> word) {
      var all = new EnumMap<OfOperation, Supplier<String>>(OfOperation.class);
      all.putAll(words);
      all.put(name, word);
      return new Said(page, acl, source, objectTags, bucketTags, all);
    }

    List<String> word(OfOperation name) {
      Supplier<String> word = words.get(name);
      String said = word == null ? "" : word.get();
      return said.isEmpty() ? List.of() : List.of(said);
    }
  }

  private static final OfOperation CREATES = OfOperation.OBJECT_CREATION_OPERATION;
  private static final OfOperation STORAGE_CLASS = OfOperation.X_AMZ_STORAGE_CLASS;

  private Said said() {
    return switch (operation) {
      case S3Operation.CreateBucket create ->
          Said.sharing(create.acl())
              .and(OfOperation.X_AMZ_OBJECT_OWNERSHIP, create.ownership()::text)
              .and(OfOperation.LOCATION_CONSTRAINT, () -> call.document().location(call));
      case S3Operation.PutBucketAcl put -> Said.sharing(put.acl());
      case S3Operation.PutObjectAcl put -> Said.sharing(put.acl());
      case S3Operation.PutBucketTagging _ ->
          Said.tagging(Said::noTags, () -> call.document().bucketTags(call));
      case S3Operation.PutObjectTagging _ ->
          Said.tagging(() -> call.document().objectTags(call), Said::noTags);
      case S3Operation.ListObjects list -> Said.listing(list.page());
      case S3Operation.ListObjectsV2 list -> Said.listing(list.page());
      case S3Operation.ListObjectVersions list -> Said.listing(list.page());
      case S3Operation.ListMultipartUploads list -> Said.listing(list.page());
      case S3Operation.PutObject put -> Said.making(true, put.writing());
      case S3Operation.CopyObject copy ->
          Said.making(true, copy.writing())
              .from(copy.source())
              .and(
                  OfOperation.X_AMZ_METADATA_DIRECTIVE,
                  () -> copy.rules().keepMetadata() ? "COPY" : "REPLACE");
      case S3Operation.CreateMultipartUpload create -> Said.making(false, create.writing());
      case S3Operation.UploadPart _ -> Said.making(false);
      case S3Operation.UploadPartCopy copy -> Said.making(false).from(copy.source());
      case S3Operation.CompleteMultipartUpload _ -> Said.making(true);
      case S3Operation.ListBuckets _,
          S3Operation.HeadBucket _,
          S3Operation.DeleteBucket _,
          S3Operation.GetBucketAcl _,
          S3Operation.GetBucketLocation _,
          S3Operation.GetBucketVersioning _,
          S3Operation.PutBucketVersioning _,
          S3Operation.GetBucketTagging _,
          S3Operation.DeleteBucketTagging _,
          S3Operation.GetBucketPolicy _,
          S3Operation.PutBucketPolicy _,
          S3Operation.DeleteBucketPolicy _,
          S3Operation.GetBucketPolicyStatus _,
          S3Operation.GetBucketConfiguration _,
          S3Operation.DeleteObjects _,
          S3Operation.GetObject _,
          S3Operation.HeadObject _,
          S3Operation.DeleteObject _,
          S3Operation.GetObjectAcl _,
          S3Operation.GetObjectAttributes _,
          S3Operation.GetObjectTagging _,
          S3Operation.DeleteObjectTagging _,
          S3Operation.AbortMultipartUpload _,
          S3Operation.ListParts _ ->
          Said.NOTHING;
    };
  }

  private Conditions conditions() {
    return switch (operation) {
      case S3Operation.OnTenant _, S3Operation.OnBucket _ -> Conditions.NONE;
      case S3Operation.OnObject object -> object.conditions();
    };
  }

  /// The version acted on, where it is named.
  private List<String> version() {
    return switch (demand) {
      case Demand.OnTenant _, Demand.OnBucket _, Demand.OnNewObject _ -> List.of();
      case Demand.OnObject on -> on.version().isLatest() ? List.of() : List.of(on.version().text());
    };
  }

  /// Whether somebody may learn that a key is not there is asked as listing that key.
  private List<String> prefix(Said said) {
    return switch (operation) {
      case S3Operation.OnTenant _ -> List.of();
      case S3Operation.OnBucket _ -> said.page == null ? List.of() : List.of(said.page.prefix());
      case S3Operation.OnObject object ->
          demand instanceof Demand.OnBucket ? List.of(object.key().text()) : List.of();
    };
  }

  private static List<String> tags(ETags tags) {
    if (tags.any()) return List.of("*");
    return tags.list().stream().flatMap(tag -> List.of(tag.text(), tag.quoted()).stream()).toList();
  }

  /// All grants of one permission as one value, with and without quotes: `id=…, uri=…`.
  private static List<String> grants(AclRequest acl, Acl.Permission permission) {
    if (!(acl instanceof AclRequest.Granted(var wanted, _))) return List.of();
    var values = new ArrayList<String>(2);
    for (String quote : List.of("", "\"")) {
      String value =
          wanted.stream()
              .filter(grant -> grant.permission() == permission)
              .map(grant -> grant.whom().text(quote))
              .collect(Collectors.joining(", "));
      if (!value.isEmpty()) values.add(value);
    }
    return values;
  }

  /// `bucket/key`, as policies have it, and with the slash that clients put before it.
  private static List<String> copySource(Said said) {
    if (said.source == null) return List.of();
    String path = said.source.bucket().text() + "/" + said.source.key().text();
    return List.of(path, "/" + path);
  }

  static List<String> value(Tags tags, String key) {
    String value = tags.values().get(key);
    return value == null ? List.of() : List.of(value);
  }
}
