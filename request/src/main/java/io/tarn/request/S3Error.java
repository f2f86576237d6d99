package io.tarn.request;

import io.tarn.store.StoreFailure;

/// The errors of S3 ("Error responses" in the API reference): each constant spells its wire code,
/// its HTTP status and what is said when nobody says anything better.
public enum S3Error {
  ACCESS_CONTROL_LIST_NOT_SUPPORTED(
      "AccessControlListNotSupported", 400, "The bucket does not allow ACLs"),
  ACCESS_DENIED("AccessDenied", 403, "Access Denied"),
  ACCESS_FORBIDDEN("AccessForbidden", 403, "Access Forbidden"),
  AMBIGUOUS_GRANT_BY_EMAIL_ADDRESS(
      "AmbiguousGrantByEmailAddress",
      400,
      "The email address that you provided is associated with more than one account."),
  AUTHORIZATION_HEADER_MALFORMED(
      "AuthorizationHeaderMalformed",
      400,
      "The authorization header that you provided is not valid."),
  AUTHORIZATION_QUERY_PARAMETERS_ERROR(
      "AuthorizationQueryParametersError",
      400,
      "The authorization query parameters that you provided are not valid."),
  BAD_DIGEST(
      "BadDigest",
      400,
      "The Content-MD5 or checksum value that you specified did not match what the server"
          + " received."),
  BAD_REQUEST("BadRequest", 400, "Bad Request"),
  BUCKET_ALREADY_EXISTS(
      "BucketAlreadyExists",
      409,
      "The requested bucket name is not available. Select a different name and try again."),
  BUCKET_ALREADY_OWNED_BY_YOU(
      "BucketAlreadyOwnedByYou",
      409,
      "Your previous request to create the named bucket succeeded and you already own it."),
  BUCKET_NOT_EMPTY("BucketNotEmpty", 409, "The bucket you tried to delete is not empty"),
  CONDITIONAL_REQUEST_CONFLICT(
      "ConditionalRequestConflict",
      409,
      "The conditional request cannot succeed due to a conflicting operation against this"
          + " resource."),
  ENCRYPTION_NOT_FOUND(
      "ServerSideEncryptionConfigurationNotFoundError",
      404,
      "The server side encryption configuration was not found"),
  ENTITY_TOO_LARGE("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"),
  ENTITY_TOO_SMALL(
      "EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size"),
  EXPIRED_TOKEN("ExpiredToken", 400, "The provided token has expired."),
  ILLEGAL_LOCATION_CONSTRAINT(
      "IllegalLocationConstraintException",
      400,
      "The specified location constraint is incompatible for the region this request was sent to."),
  ILLEGAL_VERSIONING_CONFIGURATION(
      "IllegalVersioningConfigurationException", 400, "The Versioning element must be specified"),
  INCOMPLETE_BODY(
      "IncompleteBody",
      400,
      "You did not provide the number of bytes specified by the Content-Length HTTP header"),
  INSUFFICIENT_STORAGE(
      "InsufficientStorage",
      507,
      "There is not enough free space to store this. Nothing was stored."),
  INTERNAL_ERROR("InternalError", 500, "We encountered an internal error. Please try again."),
  INVALID_ACCESS_KEY_ID(
      "InvalidAccessKeyId",
      403,
      "The access key ID that you provided does not exist in our records."),
  INVALID_ARGUMENT("InvalidArgument", 400, "Invalid Argument"),
  INVALID_BUCKET_NAME("InvalidBucketName", 400, "The specified bucket is not valid."),
  INVALID_BUCKET_STATE(
      "InvalidBucketState", 409, "The request is not valid for the current state of the bucket."),
  INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP(
      "InvalidBucketAclWithObjectOwnership",
      400,
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"),
  INVALID_CHUNK_SIZE(
      "InvalidChunkSizeError",
      403,
      "Only the last chunk is allowed to have a size less than 8192 bytes"),
  INVALID_DIGEST("InvalidDigest", 400, "The Content-MD5 you specified was invalid."),
  INVALID_LOCATION_CONSTRAINT(
      "InvalidLocationConstraint", 400, "The specified location-constraint is not valid"),
  INVALID_BUCKET_OWNER(
      "InvalidBucketOwnerAWSAccountID",
      400,
      "The value of the expected bucket owner parameter must be an AWS Account ID..."),
  INVALID_OBJECT_STATE(
      "InvalidObjectState", 403, "The operation is not valid for the object's storage class"),
  INVALID_PART(
      "InvalidPart",
      400,
      "One or more of the specified parts could not be found.  The part may not have been"
          + " uploaded, or the specified entity tag may not match the part's entity tag."),
  INVALID_PART_NUMBER("InvalidPartNumber", 416, "The requested partnumber is not satisfiable"),
  INVALID_PART_ORDER(
      "InvalidPartOrder",
      400,
      "The list of parts was not in ascending order. Parts must be ordered by part number."),
  INVALID_RANGE("InvalidRange", 416, "The requested range is not satisfiable"),
  INVALID_REQUEST("InvalidRequest", 400, "The request is not valid."),
  INVALID_STORAGE_CLASS("InvalidStorageClass", 400, "The storage class you specified is not valid"),
  INVALID_TAG("InvalidTag", 400, "The tag provided was not a valid tag."),
  INVALID_TOKEN("InvalidToken", 400, "The provided token is malformed or otherwise not valid."),
  INVALID_URI("InvalidURI", 400, "Couldn't parse the specified URI."),
  KEY_TOO_LONG("KeyTooLongError", 400, "Your key is too long"),
  MALFORMED_ACL(
      "MalformedACLError",
      400,
      "The XML you provided was not well-formed or did not validate against our published schema"),
  MALFORMED_POLICY("MalformedPolicy", 400, "Policy has invalid JSON or content."),
  MALFORMED_TRAILER(
      "MalformedTrailerError",
      400,
      "The request contained trailing data that was not well-formed or did not conform to our"
          + " published schema."),
  MALFORMED_XML(
      "MalformedXML",
      400,
      "The XML you provided was not well-formed or did not validate against our published schema"),
  MAX_MESSAGE_LENGTH_EXCEEDED("MaxMessageLengthExceeded", 400, "Your request was too large."),
  METADATA_TOO_LARGE(
      "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size."),
  METHOD_NOT_ALLOWED(
      "MethodNotAllowed", 405, "The specified method is not allowed against this resource."),
  MISSING_CONTENT_LENGTH(
      "MissingContentLength", 411, "You must provide the Content-Length HTTP header."),
  MISSING_SECURITY_HEADER(
      "MissingSecurityHeader", 400, "Your request was missing a required header"),
  NO_SUCH_BUCKET("NoSuchBucket", 404, "The specified bucket does not exist"),
  NO_SUCH_BUCKET_POLICY("NoSuchBucketPolicy", 404, "The bucket policy does not exist"),
  NO_SUCH_CONFIGURATION("NoSuchConfiguration", 404, "The specified configuration does not exist."),
  NO_SUCH_CORS("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist"),
  NO_SUCH_KEY("NoSuchKey", 404, "The specified key does not exist."),
  NO_SUCH_LIFECYCLE(
      "NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist"),
  NO_SUCH_PUBLIC_ACCESS_BLOCK(
      "NoSuchPublicAccessBlockConfiguration",
      404,
      "The public access block configuration was not found"),
  NO_SUCH_TAG_SET("NoSuchTagSet", 404, "The TagSet does not exist"),
  NO_SUCH_UPLOAD(
      "NoSuchUpload",
      404,
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have"
          + " been aborted or completed."),
  NO_SUCH_VERSION("NoSuchVersion", 404, "The specified version does not exist."),
  NOT_IMPLEMENTED(
      "NotImplemented", 501, "A header you provided implies functionality that is not implemented"),
  NOT_MODIFIED("NotModified", 304, "Not Modified"),
  NO_SUCH_WEBSITE(
      "NoSuchWebsiteConfiguration",
      404,
      "The specified bucket does not have a website configuration"),
  OBJECT_LOCK_NOT_FOUND(
      "ObjectLockConfigurationNotFoundError",
      404,
      "Object Lock configuration does not exist for this bucket"),
  OPERATION_ABORTED(
      "OperationAborted",
      409,
      "A conflicting conditional operation is currently in progress against this resource. Try"
          + " again."),
  OWNERSHIP_CONTROLS_NOT_FOUND(
      "OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found"),
  PERMANENT_REDIRECT(
      "PermanentRedirect",
      301,
      "The bucket that you are attempting to access must be addressed using the specified"
          + " endpoint."),
  PRECONDITION_FAILED(
      "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold"),
  REPLICATION_NOT_FOUND(
      "ReplicationConfigurationNotFoundError", 404, "The replication configuration was not found"),
  REQUEST_TIME_TOO_SKEWED(
      "RequestTimeTooSkewed",
      403,
      "The difference between the request time and the server's time is too large."),
  REQUEST_TIMEOUT(
      "RequestTimeout",
      400,
      "Your socket connection to the server was not read from or written to within the timeout"
          + " period."),
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503, "Service is unable to handle request."),
  SIGNATURE_DOES_NOT_MATCH(
      "SignatureDoesNotMatch",
      403,
      "The request signature we calculated does not match the signature you provided. Check your"
          + " key and signing method."),
  SLOW_DOWN("SlowDown", 503, "Please reduce your request rate."),
  TOO_MANY_BUCKETS(
      "TooManyBuckets", 400, "You have attempted to create more buckets than allowed."),
  UNEXPECTED_CONTENT("UnexpectedContent", 400, "This request does not support content"),
  UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS(
      "UnresolvableGrantByEmailAddress",
      400,
      "The email address that you provided does not match any account on record."),
  CONTENT_SHA256_MISMATCH(
      "XAmzContentSHA256Mismatch",
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.");

  private final String code;
  private final int status;
  private final String message;

  S3Error(String code, int status, String message) {
    this.code = code;
    this.status = status;
    this.message = message;
  }

  public String code() {
    return code;
  }

  public int status() {
    return status;
  }

  /// What is said when the failure itself has nothing better to say.
  public String message() {
    return message;
  }

  /// What a failure at the waist is called on the wire.
  public static S3Error of(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.NoSuchBucket _ -> NO_SUCH_BUCKET;
      case StoreFailure.NoSuchKey _ -> NO_SUCH_KEY;
      case StoreFailure.NoSuchVersion _ -> NO_SUCH_VERSION;
      case StoreFailure.DeleteMarkerMet met -> met.latest() ? NO_SUCH_KEY : METHOD_NOT_ALLOWED;
      case StoreFailure.NoSuchUpload _ -> NO_SUCH_UPLOAD;
      case StoreFailure.BucketExists _ -> BUCKET_ALREADY_EXISTS;
      case StoreFailure.BucketNotEmpty _ -> BUCKET_NOT_EMPTY;
      case StoreFailure.ConditionFailed _ -> PRECONDITION_FAILED;
      case StoreFailure.NoSuchRange _ -> INVALID_RANGE;
      case StoreFailure.NoSuchPart _ -> INVALID_PART_NUMBER;
      case StoreFailure.NotPermitted _ -> ACCESS_DENIED;
      case StoreFailure.NotModified _ -> NOT_MODIFIED;
      case StoreFailure.Unsupported _ -> NOT_IMPLEMENTED;
      case StoreFailure.InOtherRegion _ -> PERMANENT_REDIRECT;
      case StoreFailure.Invalid invalid -> of(invalid.reason());
      case StoreFailure.Interrupted _ -> INCOMPLETE_BODY;
      case StoreFailure.Conflict _ -> CONDITIONAL_REQUEST_CONFLICT;
      case StoreFailure.Archived _ -> INVALID_OBJECT_STATE;
      case StoreFailure.Unavailable _,
          StoreFailure.OriginUnreachable _,
          StoreFailure.OriginChanged _ ->
          SERVICE_UNAVAILABLE;
      case StoreFailure.Overloaded _, StoreFailure.Unresponsive _, StoreFailure.OriginThrottled _ ->
          SLOW_DOWN;
      case StoreFailure.OutOfSpace _ -> INSUFFICIENT_STORAGE;
      case StoreFailure.Indeterminate unknown ->
          unknown.outOfSpace() ? INSUFFICIENT_STORAGE : INTERNAL_ERROR;
      case StoreFailure.Missing _, StoreFailure.Corrupt _, StoreFailure.OriginDenied _ ->
          INTERNAL_ERROR;
    };
  }

  private static S3Error of(StoreFailure.Reason reason) {
    return switch (reason) {
      case ARGUMENT -> INVALID_ARGUMENT;
      case REQUEST -> INVALID_REQUEST;
      case RANGE -> INVALID_RANGE;
      case PART -> INVALID_PART;
      case PART_ORDER -> INVALID_PART_ORDER;
      case PART_TOO_SMALL -> ENTITY_TOO_SMALL;
      case PART_NUMBER -> INVALID_PART_NUMBER;
      case TOO_LARGE -> ENTITY_TOO_LARGE;
      case DIGEST, CHECKSUM -> BAD_DIGEST;
      case INCOMPLETE_BODY -> INCOMPLETE_BODY;
      case CHUNK_SIZE -> INVALID_CHUNK_SIZE;
      case CHUNK_SIGNATURE -> SIGNATURE_DOES_NOT_MATCH;
      case CONTENT_SHA256 -> CONTENT_SHA256_MISMATCH;
      case TRAILER -> MALFORMED_TRAILER;
      case BUCKET_STATE -> INVALID_BUCKET_STATE;
    };
  }
}
