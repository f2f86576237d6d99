package io.tarn.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.tarn.store.StoreFailure;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3ErrorTest {
  /// As recorded from S3, where it says the same in every case.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AccessDenied|403|Access Denied",
        "BucketAlreadyOwnedByYou|409|Your previous request to create the named bucket succeeded and"
            + " you already own it.",
        "BucketNotEmpty|409|The bucket you tried to delete is not empty",
        "ConditionalRequestConflict|409|The conditional request cannot succeed due to a conflicting"
            + " operation against this resource.",
        "EntityTooLarge|400|Your proposed upload exceeds the maximum allowed size",
        "EntityTooSmall|400|Your proposed upload is smaller than the minimum allowed size",
        "IncompleteBody|400|You did not provide the number of bytes specified by the Content-Length"
            + " HTTP header",
        "InternalError|500|We encountered an internal error. Please try again.",
        "InvalidBucketName|400|The specified bucket is not valid.",
        "InvalidChunkSizeError|403|Only the last chunk is allowed to have a size less than 8192"
            + " bytes",
        "InvalidDigest|400|The Content-MD5 you specified was invalid.",
        "InvalidLocationConstraint|400|The specified location-constraint is not valid",
        "InvalidPartNumber|416|The requested partnumber is not satisfiable",
        "InvalidPartOrder|400|The list of parts was not in ascending order. Parts must be ordered"
            + " by part number.",
        "InvalidRange|416|The requested range is not satisfiable",
        "InvalidStorageClass|400|The storage class you specified is not valid",
        "MalformedACLError|400|The XML you provided was not well-formed or did not validate against"
            + " our published schema",
        "MalformedTrailerError|400|The request contained trailing data that was not well-formed or"
            + " did not conform to our published schema.",
        "MalformedXML|400|The XML you provided was not well-formed or did not validate against our"
            + " published schema",
        "MethodNotAllowed|405|The specified method is not allowed against this resource.",
        "MissingContentLength|411|You must provide the Content-Length HTTP header.",
        "MissingSecurityHeader|400|Your request was missing a required header",
        "NoSuchBucket|404|The specified bucket does not exist",
        "NoSuchBucketPolicy|404|The bucket policy does not exist",
        "NoSuchKey|404|The specified key does not exist.",
        "NoSuchTagSet|404|The TagSet does not exist",
        "NoSuchUpload|404|The specified upload does not exist. The upload ID may be invalid, or the"
            + " upload may have been aborted or completed.",
        "NoSuchVersion|404|The specified version does not exist.",
        "NotImplemented|501|A header you provided implies functionality that is not implemented",
        "PreconditionFailed|412|At least one of the pre-conditions you specified did not hold",
        "SignatureDoesNotMatch|403|The request signature we calculated does not match the signature"
            + " you provided. Check your key and signing method.",
        "UnexpectedContent|400|This request does not support content",
        "XAmzContentSHA256Mismatch|400|The provided 'x-amz-content-sha256' header does not match"
            + " what was computed.",
      },
      quoteCharacter = '"')
  void an_error_has_the_status_and_the_words_of_s3(String code, int status, String message) {
    S3Error error =
        Arrays.stream(S3Error.values()).filter(one -> one.code().equals(code)).findAny().get();
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.message()).isEqualTo(message);
  }

  @Test
  void a_full_disk_is_insufficient_storage_also_when_the_outcome_is_unknown() {
    assertThat(S3Error.of(new StoreFailure.OutOfSpace("full", null)))
        .isEqualTo(S3Error.INSUFFICIENT_STORAGE);
    assertThat(S3Error.of(new StoreFailure.Indeterminate("full", null, true)))
        .isEqualTo(S3Error.INSUFFICIENT_STORAGE);
    assertThat(S3Error.of(new StoreFailure.Indeterminate("unknown", null)))
        .isEqualTo(S3Error.INTERNAL_ERROR);
  }
}
