/// Who calls, what the policies say, and the one permission check.
///
/// A [io.tarn.identity.Caller] is whoever a signature proved to be calling; a
/// [io.tarn.identity.Policy] is an IAM document, read strictly and once: what is not understood is
/// refused when it is set, never guessed at when it is asked. [io.tarn.identity.Authorizer] is the
/// only place where these meet, and every front end asks it before anything is looked up, compared
/// or read.
///
/// The rules are those of the IAM user guide ("Policy evaluation logic", "Condition operators") and
/// of the S3 service authorization reference: an explicit deny wins, everything not allowed is
/// denied, and a missing attribute never allows. Everything here is immutable, without clock,
/// socket or lock; callers keep parsed policies and share them between threads.
@NullMarked
package io.tarn.identity;

import org.jspecify.annotations.NullMarked;
