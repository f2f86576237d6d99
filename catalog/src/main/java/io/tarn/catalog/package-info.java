/// Typed records over MetaStore: tenants, users, access keys, policies; sealed secrets.
@NullMarked
package io.tarn.catalog;

import org.jspecify.annotations.NullMarked;
