/// What is done with bytes, whatever they mean: checksums and the CRC of a concatenation
/// ([io.tarn.bytes.ChecksumAlgorithm]), running hashes beside the disk ([io.tarn.bytes.Digester]),
/// bounded blocks of direct memory ([io.tarn.bytes.BlockPool]), small files that outlive a power
/// cut ([io.tarn.bytes.DurableFile]), and one object of JSON as text ([io.tarn.bytes.FlatJson]).
/// Nothing here knows a bucket, a key or a request.
@NullMarked
package io.tarn.bytes;

import org.jspecify.annotations.NullMarked;
