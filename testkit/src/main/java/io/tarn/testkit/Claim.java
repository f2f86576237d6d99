package io.tarn.testkit;

/// What contracts claim of a store that not every store fulfils: an origin that is a round trip
/// away, or a directory tree. It is finer than [io.tarn.store.Capability], which is what a request
/// can be refused for. Everything else is claimed of every store.
public enum Claim {
  /// Says who owns an object, where that is not the bucket's owner.
  OWNERS,
  /// Its buckets are for clients to delete.
  BUCKETS_FOR_CLIENTS,
  /// Keeps ACLs.
  ACLS,
  /// Keeps tags.
  TAGS,
  /// Keeps versions.
  VERSIONS,
  /// Decides the conditions of a write in one step with it.
  CONDITIONAL_WRITES,
  /// Decides the conditions of a delete in one step with it.
  CONDITIONAL_DELETES,
  /// Asks a permit about tags in one step also where versions have no ids.
  PERMITS_IN_ONE_STEP,
  /// Tells the parts of an object.
  PART_LISTS,
  /// What a write returns is what a head tells later: size, time and checksum.
  WRITTEN_FACTS,
  /// A listing has the checksums and times of a head, to the millisecond.
  LISTED_FACTS,
  /// Keeps an object without a checksum if nobody gave it one.
  OBJECTS_WITHOUT_CHECKSUM,
  /// Tells reasons of a refusal apart for which S3 has one error.
  REASONS_OF_REFUSALS,
  /// Takes bodies that do not say how long they are.
  UNKNOWN_LENGTHS,
  /// Keys, and names of metadata, of any characters at all.
  ANY_CHARACTER,
  /// Keys that are no paths of a file system: with empty names or dots between slashes, with names
  /// of more than 255 bytes, and one that is the directory of another.
  KEYS_THAT_ARE_NO_PATHS,
  /// Groups keys by any text, and not by a slash only.
  ANY_DELIMITER,
  /// Keeps the checksum of a body, and gives one to what came without.
  CHECKSUMS,
  /// Takes parts of an upload as small as a contract sends them.
  SMALL_PARTS,
  /// Refuses to complete an upload by what contradicts it or its parts, and anything about one that
  /// is over.
  STRICT_UPLOADS,
  /// Lists uploads by key and then by age, a page after the other.
  LISTED_UPLOADS,
  /// Gives the parts of an object by the numbers that they were uploaded with.
  PART_NUMBERS,
  /// Says of a conditional delete that there is nothing.
  STRICT_DELETES,
  /// Lists the parts of an upload a page after the other.
  PAGED_PARTS,
  /// Keys with names of 255 bytes between slashes.
  LONG_NAMES
}
