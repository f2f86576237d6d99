package io.tarn.disk;

import io.tarn.bytes.DurableFile;
import io.tarn.bytes.FlatJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far scrubbing something has come. Kept in a file, so that a restart goes on where the last
/// process stopped.
///
/// - `position`: the last name that was passed; empty when no round is underway, and at its
///   beginning
/// - `round`: the one underway, else [Round#NONE]
/// - `last`: the last one that came to its end, else [Round#NONE]
public record ScrubState(String position, Round round, Round last) {
  public static final ScrubState NEVER = new ScrubState("", Round.NONE, Round.NONE);
  private static final Logger LOG = LoggerFactory.getLogger(ScrubState.class);
  private static final int FORMAT = 1;
  private static final String NAME = "scrub.json";

  /// What a round came to. Times are [Instant#EPOCH] where they do not apply.
  ///
  /// - `foreign`: files that are no blobs
  public record Round(
      Instant started, Instant ended, long blobs, long bytes, long damaged, long foreign) {
    public static final Round NONE = new Round(Instant.EPOCH, Instant.EPOCH, 0, 0, 0, 0);

    static Round begun(Instant now) {
      return new Round(now, Instant.EPOCH, 0, 0, 0, 0);
    }

    Round withBlob(long length) {
      return new Round(started, ended, blobs + 1, bytes + length, damaged, foreign);
    }

    Round withDamage(long count) {
      return new Round(started, ended, blobs, bytes, damaged + count, foreign);
    }

    Round withForeign() {
      return new Round(started, ended, blobs, bytes, damaged, foreign + 1);
    }

    Round ended(Instant now) {
      return new Round(started, now, blobs, bytes, damaged, foreign);
    }
  }

  /// Whether a round is underway, if only it went on.
  public boolean isUnderway() {
    return !round.equals(Round.NONE);
  }

  /// A round from the beginning; what was underway is given up.
  public ScrubState begun(Instant now) {
    return new ScrubState("", Round.begun(now), last);
  }

  /// The round has come to its end.
  public ScrubState ended(Instant now) {
    return new ScrubState("", Round.NONE, round.ended(now));
  }

  /// As the last one but with so much damage.
  public ScrubState withDamage(long count) {
    return new ScrubState(position, round.withDamage(count), last);
  }

  ScrubState at(String name, Round now) {
    return new ScrubState(name, now, last);
  }

  /// What is kept in a directory; [#NEVER] when nothing is or it cannot be read, for then no more
  /// is lost than a round's beginning.
  public static ScrubState read(Path directory) {
    DurableFile file = file(directory);
    try {
      Optional<String> text = file.read();
      return text.isEmpty() ? NEVER : parsed(text.get());
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      LOG.warn("{} cannot be read, so the scrub begins anew: {}", file.path(), e.toString());
      return NEVER;
    }
  }

  private static DurableFile file(Path directory) {
    return new DurableFile(directory.resolve(NAME), DurableFile.Readers.AS_USUAL);
  }

  private static ScrubState parsed(String text) {
    Map<String, String> fields = FlatJson.read(text);
    if (fields == null) throw new IllegalArgumentException("it is not what Tarn wrote");
    String format = fields.get("format");
    if (!String.valueOf(FORMAT).equals(format)) {
      throw new IllegalArgumentException("its format is " + format);
    }
    return new ScrubState(
        fields.getOrDefault("position", ""), round(fields, ""), round(fields, "last-"));
  }

  private static Round round(Map<String, String> fields, String which) {
    return new Round(
        Instant.parse(fields.getOrDefault(which + "started", Instant.EPOCH.toString())),
        Instant.parse(fields.getOrDefault(which + "ended", Instant.EPOCH.toString())),
        number(fields, which + "blobs"),
        number(fields, which + "bytes"),
        number(fields, which + "damaged"),
        number(fields, which + "foreign"));
  }

  private static long number(Map<String, String> fields, String name) {
    return Long.parseLong(fields.getOrDefault(name, "0"));
  }

  /// Durable when this returns.
  public void write(Path directory) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("position", position);
    put(fields, "", round);
    put(fields, "last-", last);
    file(directory).write(FlatJson.write(fields));
  }

  private static void put(Map<String, Object> fields, String which, Round round) {
    if (round.equals(Round.NONE)) return;
    fields.put(which + "started", round.started.toString());
    fields.put(which + "ended", round.ended.toString());
    fields.put(which + "blobs", round.blobs);
    fields.put(which + "bytes", round.bytes);
    fields.put(which + "damaged", round.damaged);
    fields.put(which + "foreign", round.foreign);
  }
}
