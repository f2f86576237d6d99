package io.tarn.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.tarn.http.HttpSettings.Timeouts;

/// When a connection last moved, and whether that is too long ago. On the loop.
final class IdleWatch {
  private final long header;
  private final long idle;
  private final long bodyStall;
  private final long responseStall;
  private final long linger;
  private final Pace sending;
  private final Pace taking;
  private final Channel channel;

  private long since = System.nanoTime();
  private boolean headOpen = true;
  private boolean paused;
  private long taken;
  private long waiting;
  private long lastTaken;
  private long received;
  private long sent;

  /// - `leastRate`: bytes per second; 0 for none
  IdleWatch(Timeouts timeouts, int leastRate, Channel channel) {
    sending = new Pace(leastRate, timeouts.bodyStall());
    taking = new Pace(leastRate, timeouts.responseStall());
    header = timeouts.header().toNanos();
    idle = timeouts.idle().toNanos();
    bodyStall = timeouts.bodyStall().toNanos();
    responseStall = timeouts.responseStall().toNanos();
    linger = timeouts.linger().toNanos();
    this.channel = channel;
  }

  /// The first bytes of a head are here; its time runs, however slowly the rest drips in.
  void headBegan() {
    if (!headOpen) {
      headOpen = true;
      since = System.nanoTime();
    }
  }

  boolean headIsLate(long now) {
    return now - since > (headOpen ? header : idle);
  }

  void received(int more) {
    received += more;
  }

  /// The socket took so many bytes of a response.
  void sent(long more) {
    sent += more;
  }

  void requestBegan() {
    since = System.nanoTime();
    paused = false;
    sending.restart(since, received);
  }

  void bodyProgress() {
    since = System.nanoTime();
    paused = false;
  }

  /// The handler has no room: the client is not to blame for the silence.
  void bodyPaused() {
    paused = true;
  }

  /// While a response is under way a client may rightly read before it sends on.
  boolean bodyIsLate(long now, boolean awaitsContinue, boolean answering) {
    if (answering || paused || awaitsContinue) {
      sending.restart(now, received);
      return answering && answerIsLate(now);
    }
    return now - since > bodyStall || sending.isTooSlow(now, received);
  }

  void answerBegan() {
    lastTaken = System.nanoTime();
    taking.restart(lastTaken, sent);
  }

  /// The socket's buffer has been full, and the same bytes waited for it, for too long; or it took
  /// so few that they would never end.
  boolean answerIsLate(long now) {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    long nowWaiting = out == null ? 0 : out.totalPendingWriteBytes();
    long nowTaken = out == null ? 0 : out.currentProgress();
    if (nowWaiting == 0 || nowWaiting != waiting || nowTaken != taken) {
      waiting = nowWaiting;
      taken = nowTaken;
      lastTaken = now;
    }
    if (nowWaiting == 0) {
      taking.restart(now, sent);
      return false;
    }
    return now - lastTaken > responseStall || taking.isTooSlow(now, sent + nowTaken);
  }

  void idleBegan() {
    since = System.nanoTime();
    headOpen = false;
  }

  void lingerBegan() {
    since = System.nanoTime();
  }

  boolean lingerIsLate(long now) {
    return now - since > linger;
  }
}
