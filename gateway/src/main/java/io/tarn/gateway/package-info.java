/// The S3 front end over any [io.tarn.store.ObjectStore]. [io.tarn.gateway.S3Gateway] tells the
/// story of every request: identify, parse, authorise, dispatch, render, record. What a request may
/// not do it cannot see: permission is asked before a bucket, a key or a condition is looked at on
/// the caller's behalf.
///
/// The small classes beside it carry out one family of operations each and turn answers of the
/// store into replies. None of them knows where bytes are kept, or who the caller is beyond the
/// tenant that will own what is written.
@NullMarked
package io.tarn.gateway;

import org.jspecify.annotations.NullMarked;
