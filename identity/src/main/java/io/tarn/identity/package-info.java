/// Caller, policy evaluation, Guard: the one permission check.
@NullMarked
package io.tarn.identity;

import org.jspecify.annotations.NullMarked;
