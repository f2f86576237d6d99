package io.tarn.gateway;

import io.tarn.budget.Budget;
import io.tarn.budget.Lease;
import io.tarn.store.StoreFailure;
import java.time.Duration;
import java.util.List;

/// Work of which only so much goes on at once. Who comes for more waits for its turn: nobody's work
/// here waits for its client.
final class Turns {
  private final Budget places;
  private final Duration patience;

  Turns(int places, Duration patience) {
    this.places = new Budget(places);
    this.patience = patience;
  }

  /// A turn; the caller closes it. Fails with [StoreFailure.Overloaded] after a while.
  Lease take(List<String> clients) {
    Lease turn = places.open(clients);
    if (turn.take(1, patience)) return turn;
    throw new StoreFailure.Overloaded("too much of this goes on at once");
  }
}
