package io.tarn.credentials;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of one source, fetched anew before they expire. Thread-safe.
///
/// - One thread fetches, however many want keys. While those there are are valid nobody waits for
///   it; else they do, for so long and no longer.
/// - When fetching fails, the keys there are go on being used as long as they are valid. The next
///   attempt is not made before a pause is over; until then whoever has no keys fails at once.
/// - That the source has nothing is an answer, too, and remembered for that pause.
public final class RefreshedCredentials {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshedCredentials.class);

  /// How long before they expire keys are fetched anew; a quarter of their life if that is less.
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /// How often at most a refusal of keys has them fetched anew.
  private static final Duration BETWEEN_RENEWALS = Duration.ofMinutes(1);

  private final String name;
  private final CredentialSource source;
  private final InstantSource clock;
  private final Duration patience;

  private @Nullable CompletableFuture<Optional<Credentials>> flight;
  private @Nullable Credentials current;
  private Instant refreshAt = Instant.MAX;
  private Instant nextAttempt = Instant.MIN;
  private Instant nextRenewal = Instant.MIN;
  private Duration pause = FIRST_PAUSE;
  private @Nullable CredentialsFailure failure;
  private boolean asked;

  /// - `name`: what they are called in the settings, for logs
  /// - `patience`: how long whoever has no valid keys waits for some
  public RefreshedCredentials(
      String name, CredentialSource source, InstantSource clock, Duration patience) {
    this.name = name;
    this.source = source;
    this.clock = clock;
    this.patience = patience;
  }

  /// Valid keys; empty where the source has nothing.
  ///
  /// @throws CredentialsFailure when there should be some and are none
  public Optional<Credentials> get() {
    CompletableFuture<Optional<Credentials>> coming;
    synchronized (this) {
      Instant now = clock.instant();
      Credentials known = current;
      if (known != null && known.areValid(now)) {
        if (!now.isBefore(refreshAt) && !now.isBefore(nextAttempt)) {
          CompletableFuture<Optional<Credentials>> _ = launch();
        }
        return Optional.of(known);
      }
      if (now.isBefore(nextAttempt) && flight == null) {
        if (failure != null) throw failure;
        if (asked && known == null) return Optional.empty();
      }
      coming = launch();
    }
    return await(coming);
  }

  /// After somebody refused these keys: whether there are others now. They are fetched anew for
  /// that, but not more than once a minute.
  public boolean renew(Credentials refused) {
    CompletableFuture<Optional<Credentials>> coming;
    synchronized (this) {
      Credentials known = current;
      if (known != null && !known.equals(refused)) return true;
      Instant now = clock.instant();
      if (flight == null) {
        if (now.isBefore(nextRenewal)) return false;
        nextRenewal = now.plus(BETWEEN_RENEWALS);
      }
      coming = launch();
    }
    try {
      Optional<Credentials> now = await(coming);
      return now.isPresent() && !now.get().equals(refused);
    } catch (CredentialsFailure e) {
      return false; // logged where it was fetched; what refused the keys says the rest
    }
  }

  /// What is known of them now, without asking anybody.
  public synchronized Known known() {
    Credentials now = current;
    boolean valid = now != null && now.areValid(clock.instant());
    String why = failure == null || valid ? "" : String.valueOf(failure.getMessage());
    return new Known(asked || failure != null, now == null ? "" : now.source(), why);
  }

  /// What is known of credentials.
  ///
  /// - `asked`: whether their source was ever asked
  /// - `source`: where those there are came from; empty for none
  /// - `failure`: why there are none, where there should be some; empty else
  public record Known(boolean asked, String source, String failure) {}

  /// The fetch under way, or a new one. Called with the lock held.
  private CompletableFuture<Optional<Credentials>> launch() {
    CompletableFuture<Optional<Credentials>> known = flight;
    if (known != null) return known;
    var fresh = new CompletableFuture<Optional<Credentials>>();
    flight = fresh;
    Thread.ofVirtual().name("credentials-" + name).start(() -> fetch(fresh));
    return fresh;
  }

  private void fetch(CompletableFuture<Optional<Credentials>> result) {
    try {
      Optional<Credentials> found = source.fetch();
      Instant now = clock.instant();
      if (found.isPresent() && !found.get().areValid(now)) {
        throw new CredentialsFailure(
            found.get().source() + ": the keys it gave have expired (is the clock right?)");
      }
      arrived(found, now);
      result.complete(found);
    } catch (CredentialsFailure e) {
      failed(e);
      result.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      // A bug; whoever waits must not wait for ever, and gets to see nothing of it.
      // Its class and place, and not its words: they may quote what was read.
      LOG.error("fetching the credentials {} failed: {}", name, CredentialsFailure.place(e));
      var unknown = CredentialsFailure.because("they cannot be fetched", e);
      failed(unknown);
      result.completeExceptionally(unknown);
    }
  }

  private synchronized void arrived(Optional<Credentials> found, Instant now) {
    flight = null;
    failure = null;
    asked = true;
    pause = FIRST_PAUSE;
    Credentials before = current;
    if (found.isEmpty() && before != null && before.areValid(now)) {
      // It had some, so this is a failure; those there are stay.
      nextAttempt = now.plus(LONGEST_PAUSE);
      LOG.warn("the credentials {} are gone from where they came from", name);
      return;
    }
    current = found.orElse(null);
    // Who gives the same keys until shortly before their end is asked again, but not all the time.
    nextAttempt = now.plus(found.isEmpty() ? LONGEST_PAUSE : FIRST_PAUSE);
    if (found.isEmpty()) return;
    Credentials fresh = found.get();
    refreshAt = fresh.expires().equals(Instant.MAX) ? Instant.MAX : ahead(fresh.expires(), now);
    if (before == null || !before.source().equals(fresh.source())) {
      LOG.info("the credentials {} come from: {}", name, fresh.source());
    }
  }

  private static Instant ahead(Instant expires, Instant now) {
    Duration quarter = Duration.between(now, expires).dividedBy(4);
    return expires.minus(quarter.compareTo(AHEAD) < 0 ? quarter : AHEAD);
  }

  private synchronized void failed(CredentialsFailure e) {
    flight = null;
    failure = e;
    nextAttempt = clock.instant().plus(pause);
    pause = pause.multipliedBy(2);
    if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
    LOG.warn("the credentials {} cannot be fetched: {}", name, e.getMessage());
  }

  private Optional<Credentials> await(CompletableFuture<Optional<Credentials>> coming) {
    try {
      return coming.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new CredentialsFailure("no keys came within " + patience.toSeconds() + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CredentialsFailure("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CredentialsFailure why) throw why;
      throw CredentialsFailure.because("they cannot be fetched", e);
    }
  }

  @Override
  public String toString() {
    return "credentials " + name;
  }
}
