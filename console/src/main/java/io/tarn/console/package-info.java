/// The listener beside S3: health for whoever watches the process, metrics for whoever draws
/// graphs, and the admin API for whoever runs the server. Everything an operator can do is one
/// [io.tarn.console.AdminOperation] of a closed set; each needs one `admin:` action on the root
/// tenant, decided by the same guard as every S3 request.
///
/// Nothing here touches a disk or the metadata store: what the node is like comes from
/// [io.tarn.health.Vitals] and what it can be told to do goes to [io.tarn.console.Upkeep], so the
/// console can be tested without either.
@NullMarked
package io.tarn.console;

import org.jspecify.annotations.NullMarked;
