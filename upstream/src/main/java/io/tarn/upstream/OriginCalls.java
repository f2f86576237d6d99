package io.tarn.upstream;

import io.tarn.request.HttpDate;
import io.tarn.request.S3Failure;
import io.tarn.s3.XmlElement;
import io.tarn.s3.XmlReader;
import io.tarn.store.ETag;
import io.tarn.store.ETags;
import io.tarn.store.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Requests to an origin and what their answers mean, whatever they are about. Thread-safe.
final class OriginCalls {
  private static final Logger LOG = LoggerFactory.getLogger(OriginCalls.class);

  private final OriginClient client;

  /// Buckets that answered once; one that is not there answers 404 for each of its keys, too.
  private final Map<String, Boolean> seen = new ConcurrentHashMap<>();

  OriginCalls(OriginClient client) {
    this.client = client;
  }

  String origin() {
    return client.origin();
  }

  /// An answer, whatever its status. The caller closes it.
  OriginAnswer send(OriginRequest request) {
    OriginAnswer answer = client.send(request);
    if (answer.isSuccess() && !request.place().bucket().isEmpty()) {
      seen.put(request.place().bucket(), true);
    }
    return answer;
  }

  /// A success without anything in it that anybody needs but its headers. What stands before an
  /// origin may say by 200 that it was not asked, and so may the origin itself.
  OriginAnswer done(OriginRequest request, OriginFailures.Subject about) {
    try (OriginAnswer answer = send(request)) {
      if (!answer.isSuccess()) throw failed(request, answer, about);
      byte[] body = answer.document();
      if (body.length == 0) return answer;
      XmlElement document = XmlReader.readForeign(body);
      if (document.name().equals("Error")) throw late(request, answer, document, about);
      if (answer.isPage()) throw new UnreadableAnswer("has a page where nothing belongs");
      return answer;
    } catch (IOException e) {
      throw lost(request, e);
    } catch (S3Failure e) {
      throw lost(request, new IOException("no document", e));
    }
  }

  /// The document that a success has.
  XmlElement document(OriginRequest request, OriginFailures.Subject about) {
    return answered(request, about).document();
  }

  /// A success, and the document that it has; what is an error in spite of its status is one (S3
  /// API reference, "CopyObject", "CompleteMultipartUpload").
  Answered answered(OriginRequest request, OriginFailures.Subject about) {
    try (OriginAnswer answer = send(request)) {
      if (!answer.isSuccess()) throw failed(request, answer, about);
      byte[] body = answer.document();
      XmlElement document = XmlReader.readForeign(body);
      if (document.name().equals("Error")) throw late(request, answer, document, about);
      return new Answered(answer, document);
    } catch (IOException e) {
      throw lost(request, e);
    } catch (S3Failure e) {
      throw lost(request, new IOException("no document", e));
    }
  }

  /// What an error means that came with the status of a success.
  private StoreFailure late(
      OriginRequest request,
      OriginAnswer answer,
      XmlElement document,
      OriginFailures.Subject about) {
    var late =
        new OriginAnswer(
            request.method(),
            500,
            answer.headers(),
            new AnswerBody(Duration.ZERO, _ -> {}, () -> {}),
            new OriginError(document));
    return OriginFailures.of(origin(), request, late, about);
  }

  record Answered(OriginAnswer answer, XmlElement document) {}

  private StoreFailure lost(OriginRequest request, IOException e) {
    if (request.reads()) return new StoreFailure.OriginUnreachable(origin(), e);
    return new StoreFailure.Indeterminate(
        "the origin %s answered what cannot be read".formatted(origin()), null);
  }

  /// Makes a read. An answer that is none of S3 is as one that did not come.
  <T> T read(OriginWrites.Call<T> call) {
    try {
      return call.make();
    } catch (UnreadableAnswer e) {
      LOG.warn("an answer of the origin {} {}", origin(), e.getMessage());
      throw new StoreFailure.OriginUnreachable(origin(), e);
    }
  }

  /// Makes a write. After an answer that is none of S3 it is not known what happened.
  <T> T write(OriginWrites.Call<T> call) {
    try {
      return call.make();
    } catch (UnreadableAnswer e) {
      LOG.warn("an answer of the origin {} {}", origin(), e.getMessage());
      throw new StoreFailure.Indeterminate(
          "the origin %s answered what cannot be read".formatted(origin()), null);
    }
  }

  /// What a refusal means. An answer to a HEAD does not say why, so where that may be another
  /// reason than the usual one it is asked for again, by a GET of one byte; as often as anything is
  /// asked again, but for whether there is an object, which somebody is told.
  StoreFailure failed(OriginRequest request, OriginAnswer answer, OriginFailures.Subject about) {
    int status = answer.status();
    boolean absent = status == 404;
    boolean clear =
        answer.canExplain()
            || status == 412
            || status == 429
            || status >= 500
            || answer.header("x-amz-delete-marker").equals("true")
            || (absent && !answer.isPage() && seen.containsKey(request.place().bucket()));
    if (clear || (!absent && !client.mayRepeat())) {
      return OriginFailures.of(origin(), request, answer, about);
    }
    OriginRequest asked = request.asGet();
    try (OriginAnswer said = client.send(asked)) {
      return said.isSuccess()
          ? new StoreFailure.OriginChanged(origin(), about.key())
          : OriginFailures.of(origin(), asked, said, about);
    }
  }

  /// A condition as the value of its header; null when it is not said.
  static @Nullable String header(ETags etags) {
    if (!etags.isSaid()) return null;
    return etags.any() ? "*" : String.join(", ", etags.list().stream().map(ETag::quoted).toList());
  }

  static @Nullable String header(@Nullable Instant time) {
    return time == null ? null : HttpDate.format(time);
  }
}
