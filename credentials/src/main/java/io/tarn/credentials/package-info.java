/// The keys with which this server proves itself to others: read where the tools of AWS look for
/// them ([io.tarn.credentials.CredentialSource]), and fetched anew before they expire
/// ([io.tarn.credentials.RefreshedCredentials]).
///
/// Nothing here is about what the keys are used for. No failure, log line or `toString` has a
/// secret, a token, or the words of the server that was asked.
@NullMarked
package io.tarn.credentials;

import org.jspecify.annotations.NullMarked;
