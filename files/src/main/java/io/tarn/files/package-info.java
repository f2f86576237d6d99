/// Files by ULID over plain HTTP: the API of a near-cache before one bucket, whose clients put a
/// file under an id of their own, say how far it has to have come before that is acknowledged, and
/// get it from here, or from the origin where it is not here any more.
///
/// [io.tarn.files.FilesGateway] is the front end. `Files` decides what may happen to a file, over
/// two places that are both stores of the waist: a bucket of this node (`LocalFiles`), which
/// clients of S3 see through [io.tarn.files.FilesBucket], and the origin
/// ([io.tarn.files.FilesOrigin]).
@NullMarked
package io.tarn.files;

import org.jspecify.annotations.NullMarked;
