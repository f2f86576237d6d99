package io.tarn.bench;

import java.nio.file.Path;

/// How an endpoint is spoken to.
sealed interface Access {
  /// S3 with presigned requests.
  record Signed(Credentials credentials) implements Access {}

  /// S3 without signatures; the server must allow everybody.
  record Anonymous() implements Access {}

  /// A web server that serves the files below `root` and takes no writes.
  record StaticFiles(Path root) implements Access {}
}
