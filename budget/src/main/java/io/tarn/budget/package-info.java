/// What there is a bounded amount of - bytes of memory, places for requests - and how much of it
/// one client may hold. Whatever grows with what clients send, or leave unread, is taken out of a
/// [io.tarn.budget.Budget] as it grows, and refused when the budget says no; ARCHITECTURE.md lists
/// them all.
///
/// Shares need no configuration: a client may hold three times what is free, so that one alone gets
/// three quarters, two get three sevenths each, and there is always something left for the next.
@NullMarked
package io.tarn.budget;

import org.jspecify.annotations.NullMarked;
