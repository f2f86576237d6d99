/// Who may come in, and what buckets there are: tenants, users, access keys and named policies, and
/// the buckets with their documents, kept in the metadata store.
///
/// [io.tarn.catalog.Catalog] is the way in. Front ends ask [io.tarn.catalog.Catalog#find] for the
/// access key of a request, answered from memory; the console and the command line change things
/// through [io.tarn.catalog.Tenants], [io.tarn.catalog.Users], [io.tarn.catalog.AccessKeys] and
/// [io.tarn.catalog.Policies]. A change is one guarded batch, durable when the method returns, and
/// seen by the next request that asks this node.
///
/// [io.tarn.catalog.BucketRegistry] has the buckets, wherever their objects are. How those are kept
/// it does not know; who keeps them is asked through [io.tarn.rows.BucketContents].
///
/// Secrets are sealed at rest ([io.tarn.catalog.Seal]): each under a key of its own, that key under
/// the master key, which lives in a file or a setting and never in the metadata store. Whoever
/// copies the metadata has no secret.
///
/// Rows of buckets are in `BucketKeys`. The others, by the first byte of their key; values are JSON
/// with a format version `v`:
///
/// | key | value |
/// |---|---|
/// | `T` tenant id | the tenant |
/// | `N` tenant name | its id; keeps names unique |
/// | `Q` account number | tenant id; keeps numbers unique |
/// | `I` tenant id `/` user | the user and the names of attached policies |
/// | `A` access key id | the access key with its sealed secret |
/// | `K` tenant id `/` user `/` access key id | nothing; the keys of an owner, the root's user is
/// empty |
/// | `Y` tenant id `/` policy | a policy document |
/// | `C` `root` | which tenant came first, and the access key of its root |
@NullMarked
package io.tarn.catalog;

import org.jspecify.annotations.NullMarked;
