package io.tarn.node;

/// How counts, sizes and times are said.
final class Words {
  private Words() {}

  /// `1 bucket`, `2 buckets`.
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /// 1,536 bytes are `1.5 KiB`.
  static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : "%.1f %s".formatted(value, units[unit]);
  }

  /// 3,700 seconds are `1h 1m`.
  static String time(long seconds) {
    long days = seconds / 86_400;
    long hours = seconds % 86_400 / 3600;
    long minutes = seconds % 3600 / 60;
    if (days > 0) return days + "d " + hours + "h";
    if (hours > 0) return hours + "h " + minutes + "m";
    return minutes > 0 ? minutes + "m " + seconds % 60 + "s" : seconds + "s";
  }
}
