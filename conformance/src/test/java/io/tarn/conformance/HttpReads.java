package io.tarn.conformance;

import static io.tarn.conformance.HttpWords.content;
import static io.tarn.conformance.HttpWords.id;
import static io.tarn.conformance.HttpWords.version;

import io.tarn.store.ByteRange;
import io.tarn.store.Checksum;
import io.tarn.store.Content;
import io.tarn.store.ContentRange;
import io.tarn.store.Fact;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.OpenObject;
import io.tarn.store.Part;
import io.tarn.store.Payload;
import io.tarn.store.Read;
import io.tarn.store.Span;
import io.tarn.store.Tags;
import io.tarn.store.Told;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/// Reads of one bucket over HTTP: one request each, and one more for tags where they are wanted.
record HttpReads(S3Client client, String bucket) {
  ObjectHead head(Read read) {
    HeadObjectResponse head =
        client.headObject(
            r ->
                r.bucket(bucket)
                    .key(read.key().text())
                    .versionId(id(read.version()))
                    .ifMatch(HttpFailures.header(read.conditions().ifMatch()))
                    .ifNoneMatch(HttpFailures.header(read.conditions().ifNoneMatch())));
    Content content = content(head.contentLength(), head.eTag(), head.lastModified());
    return head(read, head.versionId(), content, head.metadata());
  }

  /// Tags are a request of their own, so they are asked for only where they are wanted.
  private ObjectHead head(
      Read read, @Nullable String version, Content content, Map<String, String> metadata) {
    Told<Tags> tags = read.facts().contains(Fact.TAGS) ? Told.of(tags(read)) : Told.notAsked();
    return new ObjectHead(
        read.key(),
        version(version),
        content,
        new Metadata(Map.of(), metadata),
        tags instanceof Told.Is<Tags>(var known) ? known.values().size() : 0,
        tags,
        Told.notKnown(),
        Told.notKnown());
  }

  private Tags tags(Read read) {
    var tags = new LinkedHashMap<String, String>();
    client
        .getObjectTagging(
            r -> r.bucket(bucket).key(read.key().text()).versionId(id(read.version())))
        .tagSet()
        .forEach(tag -> tags.put(tag.key(), tag.value()));
    return new Tags(tags);
  }

  OpenObject open(Read read) {
    ResponseBytes<GetObjectResponse> got = get(read);
    GetObjectResponse response = got.response();
    ByteRange range = range(response.contentRange());
    long size = range == null ? response.contentLength() : size(response.contentRange());
    Content content = content(size, response.eTag(), response.lastModified());
    ObjectHead head = head(read, response.versionId(), content, response.metadata());
    int parts = response.partsCount() == null ? 0 : response.partsCount();
    var slice = new ContentRange(range, response.contentLength(), parts, Checksum.UNTOLD);
    return new OpenObject() {
      @Override
      public ObjectHead head() {
        return head;
      }

      @Override
      public ContentRange slice() {
        return slice;
      }

      @Override
      public List<Part> parts() {
        return List.of(); // the model is asked to say no more
      }

      @Override
      public Payload payload() {
        return new Payload.Bytes(got.asByteArray());
      }

      @Override
      public void close() {}
    };
  }

  /// Of `bytes 0-9/100`.
  private static @Nullable ByteRange range(@Nullable String contentRange) {
    if (contentRange == null) return null;
    String[] words = contentRange.substring("bytes ".length()).split("[-/]", -1);
    return new ByteRange(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  private static long size(String contentRange) {
    return Long.parseLong(contentRange.substring(contentRange.indexOf('/') + 1));
  }

  private ResponseBytes<GetObjectResponse> get(Read read) {
    String range =
        switch (read.wanted().span()) {
          case Span.Whole _ -> null;
          case Span.Between(var first, var last) -> "bytes=%d-%d".formatted(first, last);
          case Span.From(var first) -> "bytes=%d-".formatted(first);
          case Span.Last(var count) -> "bytes=-" + count;
          case Span.OfPart _ -> null;
        };
    Integer part = read.wanted().span() instanceof Span.OfPart(var number) ? number : null;
    return client.getObjectAsBytes(
        GetObjectRequest.builder()
            .bucket(bucket)
            .key(read.key().text())
            .versionId(id(read.version()))
            .range(range)
            .partNumber(part)
            .ifMatch(HttpFailures.header(read.conditions().ifMatch()))
            .ifNoneMatch(HttpFailures.header(read.conditions().ifNoneMatch()))
            .build());
  }
}
