/// The S3 language without a network: what a request asks for and what an answer looks like, down
/// to the byte, and nothing about what is done with either. A request is parsed into one of a
/// closed set of operations ([io.tarn.s3.S3Operation]) by one table ([io.tarn.s3.Route]); documents
/// are read and written as XML.
///
/// Whether somebody may is decided elsewhere, by the permissions each operation says it needs
/// ([io.tarn.identity.Demand]).
@NullMarked
package io.tarn.s3;

import org.jspecify.annotations.NullMarked;
