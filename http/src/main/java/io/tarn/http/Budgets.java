package io.tarn.http;

import io.tarn.budget.Budget;

/// What the connections of one listener share.
///
/// - `heads`: memory of what waits to be parsed
/// - `bodies`: memory of bodies between the network and the request's thread
/// - `replies`: memory of what clients have not taken
record Budgets(Budget connections, Budget heads, Budget bodies, Budget replies) {
  static Budgets of(HttpSettings settings) {
    HttpSettings.Memory memory = settings.memory();
    return new Budgets(
        new Budget(settings.maxConnections()),
        new Budget(memory.heads().bytes()),
        new Budget(memory.bodies().bytes()),
        new Budget(memory.replies().bytes()));
  }
}
