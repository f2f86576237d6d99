package io.tarn.files;

import io.tarn.http.Headers;
import io.tarn.store.Metadata;
import io.tarn.store.ObjectHead;
import io.tarn.store.Tags;
import java.net.URLConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Everything that is known of a file but its bytes. As metadata of an object it is spelled as the
/// program spelled it that this API is from, so that either reads what the other wrote.
///
/// - `size`: in bytes, [#UNKNOWN] while they are on their way
/// - `timestamp`: when it was last changed, in nanoseconds since 1970
/// - `deleted`: whether this is all there is of it: a deleted file stays known, and its id is not
///   used again
record FileMeta(FileId id, Said said, long size, long timestamp, FileLevel level, boolean deleted) {
  static final long UNKNOWN = -1;

  /// What S3 takes of names and values of user-defined metadata together.
  static final int MOST_METADATA = 2048;

  private static final String USER = "usermeta-";

  /// Where the user's metadata cannot be spelled as headers: all of it in JSON.
  private static final String USER_JSON = "usermeta";

  private static final String DELETED = "deleted";
  private static final int MOST_TAGS = 10;
  private static final Pattern HEADER_NAME = Pattern.compile("[a-z0-9_.-]{1,128}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[!-~](?:[ -~]*[!-~])?");
  private static final Pattern TAG_KEY = Pattern.compile("(?!aws:)[A-Za-z0-9 +=._:/@-]{1,128}");
  private static final Pattern TAG_VALUE = Pattern.compile("[A-Za-z0-9 +=._:/@-]{0,256}");

  /// What who put it said of it: its name, empty for none, and whatever else.
  record Said(String name, Map<String, String> user) {
    static final Said NOTHING = new Said("", Map.of());

    Said {
      user = Map.copyOf(user);
    }
  }

  FileMeta at(FileLevel newLevel, long when) {
    return new FileMeta(id, said, size, when, newLevel, deleted);
  }

  FileMeta deletedAt(long when) {
    return new FileMeta(id, said, size, when, level, true);
  }

  /// Whether this may take the place of what is there: never of what was deleted, nor of what is
  /// newer, nor of what was promised more.
  boolean mayReplace(FileMeta there) {
    return !there.deleted && there.timestamp < timestamp && there.level.compareTo(level) <= 0;
  }

  static FileMeta of(FileId id, ObjectHead head) {
    Map<String, String> user = head.metadata().user();
    boolean deleted = user.containsKey(DELETED);
    long size = deleted ? number(user.get("size"), UNKNOWN) : head.content().size();
    long timestamp = number(user.get("timestamp"), FileClock.nanos(head.content().modified()));
    String name = user.get("name");
    FileLevel level = FileLevel.of(user.getOrDefault("consistency", "")).orElse(FileLevel.LOCAL);
    var said = new Said(name == null ? "" : Headers.utf8(name), userOf(user));
    return new FileMeta(id, said, size, timestamp, level, deleted);
  }

  /// A number that others may have written.
  private static long number(@Nullable String text, long otherwise) {
    if (text == null || !text.matches("[0-9]{1,19}")) return otherwise;
    try {
      long number = Long.parseLong(text);
      return number <= FileClock.LATEST ? number : otherwise;
    } catch (NumberFormatException _) {
      return otherwise; // 19 digits can be too many
    }
  }

  private static Map<String, String> userOf(Map<String, String> metadata) {
    String json = metadata.get(USER_JSON);
    if (json != null) {
      var whole = FileJson.texts(json);
      if (whole.isPresent()) return whole.get();
    }
    Map<String, String> user = new TreeMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(USER)) user.put(name.substring(USER.length()), Headers.utf8(value));
        });
    return user;
  }

  Metadata metadata() {
    Map<String, String> user = new LinkedHashMap<>();
    user.put("id", id.text());
    if (!said.name.isEmpty()) user.put("name", Headers.fromUtf8(said.name));
    if (size != UNKNOWN) user.put("size", Long.toString(size));
    user.put("timestamp", Long.toString(timestamp));
    user.put("consistency", Integer.toString(level.number()));
    boolean asHeaders =
        said.user.entrySet().stream()
            .allMatch(
                each ->
                    HEADER_NAME.matcher(each.getKey()).matches()
                        && HEADER_VALUE.matcher(each.getValue()).matches());
    if (asHeaders) {
      new TreeMap<>(said.user).forEach((name, value) -> user.put(USER + name, value));
    } else {
      user.put(USER_JSON, FileJson.text(said.user));
    }
    if (deleted) user.put(DELETED, "true");
    return new Metadata(Map.of("content-type", contentType()), user);
  }

  /// Bytes that S3 counts of it.
  int metadataBytes() {
    return metadata().user().entrySet().stream()
        .mapToInt(each -> each.getKey().length() + each.getValue().length())
        .sum();
  }

  /// The user's metadata as tags; none where tags cannot say all of it.
  Tags tags() {
    boolean fits =
        said.user.size() <= MOST_TAGS
            && said.user.entrySet().stream()
                .allMatch(
                    each ->
                        TAG_KEY.matcher(each.getKey()).matches()
                            && TAG_VALUE.matcher(each.getValue()).matches());
    return fits ? new Tags(new TreeMap<>(said.user)) : Tags.NONE;
  }

  /// By the extension of its name.
  String contentType() {
    String type = URLConnection.getFileNameMap().getContentTypeFor(said.name);
    if (type == null) return "application/octet-stream";
    return type.startsWith("text/") ? type + "; charset=utf-8" : type;
  }
}
