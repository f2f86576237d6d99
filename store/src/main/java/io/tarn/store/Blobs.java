package io.tarn.store;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Immutable bytes under names, the layer below own buckets: volumes on one node, replicated by a
/// cluster, or an origin where object storage is the only persistence. Thread-safe, blocking. Bytes
/// are verified against the checksums taken when they came in, each time before they are handed
/// out.
public interface Blobs extends AutoCloseable {
  /// Room for a new blob under the given name, never used before. `expectedLength` is -1 when
  /// unknown; a hint for placement. Fails with [StoreFailure.OutOfSpace].
  Staged stage(BlobId id, long expectedLength);

  /// Where the blob that [#share] would make may come to be: to be recorded before it is made.
  default BlobAt sharing(BlobAt other, BlobId id) {
    return new BlobAt(id, other.volume(), other.others());
  }

  /// Makes a blob of the given name, never used before, whose bytes are those of another, and
  /// without moving them where they are; its holders are among those of [#sharing]. It says `label`
  /// of itself, and is durable when this returns. Both are blobs like any other: to delete one does
  /// not touch the other. Returns nothing, and leaves nothing, when that cannot be done here: then
  /// the bytes have to be copied. The other blob must be open, or kept from being deleted
  /// otherwise.
  default Optional<Receipt> share(BlobAt other, BlobId id, BlobLabel label) {
    return Optional.empty();
  }

  /// Opens a blob and pins it: a delete does not take its bytes away from who has it open. Of
  /// several holders it takes one that can give it. Fails with [StoreFailure.Missing] when it is
  /// not there, and with [StoreFailure.Corrupt] when it is not what it should be: of all its
  /// holders, as far as that is known; else it is unavailable.
  OpenBlob open(BlobAt blob);

  /// Whether the blob is there. Says nothing about its health: that only reading it does.
  boolean holds(BlobAt blob);

  /// Deletes blobs; idempotent, and durable when it returns: no power cut brings one of them back.
  /// Space is free when the last reader closes. Answers those that are not, or may not be, gone:
  /// what stands in the way of some does not keep the others.
  List<Undeleted> delete(Collection<BlobAt> blobs);

  /// A blob that was not deleted, and why.
  record Undeleted(BlobAt blob, String why) {}

  /// Committed blobs in name order, for repair and for tests; not for finding orphans.
  List<BlobId> list(String after, int limit);

  @Override
  void close();

  /// A blob being written. Not thread-safe. Closed without [#commit], it leaves nothing.
  interface Staged extends AutoCloseable {
    /// Its name and where it may come to be: whoever has bytes of it at any time, or may have, is
    /// one of these holders.
    BlobAt blob();

    /// Takes all remaining bytes; the buffer is the caller's again afterwards.
    void write(ByteBuffer bytes);

    /// Makes the blob durable and openable, and has it say this of itself. A holder that the
    /// receipt does not name keeps nothing of it.
    Receipt commit(BlobLabel label);

    /// The same for a blob that says nothing of itself.
    default Receipt commit() {
      return commit(BlobLabel.NONE);
    }

    @Override
    void close();
  }

  /// A pinned blob.
  interface OpenBlob extends AutoCloseable {
    long length();

    /// The bytes from `offset`, verified slice by slice as they are pulled.
    SliceSource read(long offset, long length);

    @Override
    void close();
  }
}
