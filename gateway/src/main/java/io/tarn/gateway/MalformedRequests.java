package io.tarn.gateway;

import io.tarn.http.BadRequest;
import io.tarn.http.Headers;
import io.tarn.http.Response;
import io.tarn.http.ResponseBody;
import io.tarn.observe.RequestId;
import io.tarn.request.S3Error;
import io.tarn.request.S3Failure;
import io.tarn.s3.ErrorDocument;

/// Answers in the language of S3 to what never became a request.
public final class MalformedRequests implements BadRequest {
  private final String hostId;

  /// - `hostId`: what `x-amz-id-2` says of this node
  public MalformedRequests(String hostId) {
    this.hostId = hostId;
  }

  @Override
  public Response render(int status, String reason) {
    String id = RequestId.next();
    S3Error error = status >= 500 ? S3Error.INTERNAL_ERROR : S3Error.INVALID_REQUEST;
    var about = new ErrorDocument.About("", "", "", id, hostId);
    Headers.Builder headers = Headers.builder().add("Content-Type", "application/xml");
    headers.add("Server", "Tarn").add("x-amz-request-id", id).add("x-amz-id-2", hostId);
    var body = new ResponseBody.Bytes(ErrorDocument.render(new S3Failure(error, reason), about));
    return new Response(status, headers.build(), body);
  }
}
