/// The S3 language without a network: operations, SigV4, aws-chunked, XML, error codes.
@NullMarked
package io.tarn.s3;

import org.jspecify.annotations.NullMarked;
