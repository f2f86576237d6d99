package io.tarn.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// The series of one metric by their label values. Labels take what clients send (bucket names), so
/// both are bounded: a label keeps its first values and calls every later one `other`; beyond the
/// limit on series all labels of a new one are `other`.
public final class Labelled<T> {
  public static final String OTHER = "other";

  private final Map<Object, T> series = new ConcurrentHashMap<>();
  private final List<Set<String>> seen = new ArrayList<>();
  private final MetricsSettings limits;
  private final Function<String[], T> create;

  Labelled(int labels, MetricsSettings limits, Function<String[], T> create) {
    for (int i = 0; i < labels; i++) seen.add(ConcurrentHashMap.newKeySet());
    this.limits = limits;
    this.create = create;
  }

  /// The series of a metric with one label. Does not allocate once the value is known.
  public T with(String value) {
    T known = series.get(value);
    return known != null ? known : bounded(value);
  }

  /// The series with these values, in the order of the labels. Keep it where it is used often.
  public T with(String... values) {
    T known = series.get(key(values));
    return known != null ? known : bounded(values);
  }

  private T bounded(String... values) {
    if (values.length != seen.size()) {
      throw new IllegalStateException("not one value per label: " + Arrays.toString(values));
    }
    var kept = new String[values.length];
    for (int i = 0; i < values.length; i++) kept[i] = keep(seen.get(i), values[i]);
    T known = series.get(key(kept));
    return known != null ? known : created(kept);
  }

  private synchronized T created(String[] values) {
    if (series.size() >= limits.maxSeries()) Arrays.fill(values, OTHER);
    return series.computeIfAbsent(key(values), _ -> create.apply(values));
  }

  private String keep(Set<String> values, String value) {
    if (values.contains(value)) return value;
    if (values.size() >= limits.maxLabelValues()) return OTHER;
    synchronized (this) {
      if (values.size() < limits.maxLabelValues()) values.add(value);
    }
    return values.contains(value) ? value : OTHER;
  }

  private static Object key(String[] values) {
    return values.length == 1 ? values[0] : List.of(values);
  }
}
