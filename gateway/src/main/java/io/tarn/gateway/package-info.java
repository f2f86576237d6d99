/// The S3 front end over any ObjectStore.
@NullMarked
package io.tarn.gateway;

import org.jspecify.annotations.NullMarked;
