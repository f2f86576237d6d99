package io.tarn.bench;

import java.nio.file.Path;

/// How an endpoint is spoken to.
sealed interface RequestSigning {
  /// S3 with presigned requests.
  record Signed(Credentials credentials) implements RequestSigning {}

  /// S3 without signatures; the server must allow everybody.
  record Anonymous() implements RequestSigning {}

  /// A web server that serves the files below `root` and takes no writes.
  record StaticFiles(Path root) implements RequestSigning {}
}
