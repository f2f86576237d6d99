/// Whether a node lives and whether it takes work, for whoever asks: a load balancer, Kubernetes, a
/// client of MinIO, on the listener of S3 as on the console's ([io.tarn.health.HealthAnswers]).
/// What the node is like comes from [io.tarn.health.Vitals], so that nothing here touches a disk or
/// the metadata store.
@NullMarked
package io.tarn.health;

import org.jspecify.annotations.NullMarked;
