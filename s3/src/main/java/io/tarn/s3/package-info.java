/// The S3 language without a network: what a request says and what an answer looks like, down to
/// the byte, and nothing about what is done with either. A request is decoded once
/// ([io.tarn.s3.S3Request]) and parsed into one of a closed set of operations
/// ([io.tarn.s3.S3Operation]); documents are read and written as XML; what goes wrong has a code
/// ([io.tarn.s3.S3Error]).
///
/// Who asks is decided here as well, from signatures (Signature Version 4) over exactly what was
/// received; whether they may is decided elsewhere, by the permissions each operation says it needs
/// ([io.tarn.identity.Demand]).
@NullMarked
package io.tarn.s3;

import org.jspecify.annotations.NullMarked;
