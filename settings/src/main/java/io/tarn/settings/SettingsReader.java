package io.tarn.settings;

import io.tarn.settings.Places.Place;
import io.tarn.settings.Raw.Given;
import io.tarn.settings.SettingEntry.Leaf;
import io.tarn.settings.SettingEntry.Named;
import io.tarn.settings.SettingEntry.Section;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One reading of one tree: collects what the sources say, keeps the strongest, converts, and
/// builds the records from the leaves up. Problems are gathered to the end.
final class SettingsReader {
  /// Stands for a value that could not be had; the problem is recorded.
  private static final Object FAILED = new Object();

  private final Section root;
  private final Places places;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();
  private final Map<String, Given> given = new LinkedHashMap<>();
  private final List<Loaded.Shown> shown = new ArrayList<>();

  SettingsReader(Section root) {
    this.root = root;
    this.places = new Places(root);
  }

  <R extends Record> Loaded<R> read(Class<R> type, Sources sources) {
    Path file = sources.file();
    if (file != null) read(new YamlFile(file, problems));
    // Which records the flags name decides how variables of the environment are read.
    var inFlags = new ArrayList<Problem>();
    Map<String, Given> flags = new Flags(root, places, inFlags).read(sources.flags());
    given.putAll(
        new Environment(root, places, sources.environment(), problems, notes)
            .read(sources.reserved()));
    given.putAll(flags);
    problems.addAll(inFlags);
    for (var map : places.crowded()) {
      problems.add(
          new Problem(
              map,
              "all sources together",
              "more than " + Places.MOST_NAMES + " names; take some of them away"));
    }
    Object value = construct(root);
    if (!problems.isEmpty()) throw new InvalidSettings(problems);
    return new Loaded<>(type.cast(value), shown, notes);
  }

  /// Files can name anything; an unknown section is one problem, however much is in it. A record is
  /// named by its key even if nothing is said of it.
  private void read(YamlFile file) {
    var reported = new HashSet<String>();
    file.read()
        .forEach(
            (path, value) -> {
              switch (places.find(path)) {
                case Place.Setting _ -> given.put(path, value);
                case Place.Above(var advice) ->
                    problems.add(new Problem(path, value.origin().detail(), advice));
                case Place other -> refuse(other, value.origin(), reported);
              }
            });
    file.empty()
        .forEach(
            (path, origin) -> {
              if (places.isInMap(path)) refuse(places.find(path), origin, reported);
            });
  }

  private void refuse(Place place, Origin origin, Set<String> reported) {
    switch (place) {
      case Place.Unknown unknown -> {
        if (reported.add(unknown.part())) {
          problems.add(new Problem(unknown.part(), origin.detail(), unknown.advice("")));
        }
      }
      case Place.Misnamed(var part) -> {
        if (reported.add(part)) problems.add(new Problem(part, origin.detail(), Name.RULE));
      }
      case Place.Setting _, Place.Above _, Place.Crowded _ -> {}
    }
  }

  private @Nullable Object build(SettingEntry entry) {
    return switch (entry) {
      case Leaf leaf -> convert(leaf);
      case Section section -> construct(section);
      case Named named -> construct(named);
    };
  }

  private @Nullable Object convert(Leaf leaf) {
    Given chosen = given.get(leaf.path());
    if (chosen == null && leaf.required()) {
      String advice =
          "must be given: "
              + (leaf.type().secret() ? "" : "--" + leaf.path() + ", ")
              + SettingEntry.variable(leaf.path())
              + " or in the file";
      problems.add(new Problem(leaf.path(), "nowhere", advice));
      return FAILED;
    }
    if (chosen == null) {
      chosen = new Given(new Raw.Text(leaf.setting().fallback()), Origin.FALLBACK);
    }
    if (leaf.type().secret()) secrets.addAll(texts(chosen.raw()));
    try {
      var value = Conversion.convert(leaf, chosen.raw());
      shown.add(
          new Loaded.Shown(
              leaf.path(), Conversion.show(value), leaf.type().secret(), chosen.origin()));
      return value;
    } catch (IllegalArgumentException e) {
      String said =
          leaf.type().secret() ? "" : "'" + String.join(",", texts(chosen.raw())) + "' is ";
      problems.add(new Problem(leaf.path(), chosen.origin().detail(), said + e.getMessage()));
      return FAILED;
    }
  }

  private static List<String> texts(Raw raw) {
    return switch (raw) {
      case Raw.Text(var text) -> List.of(text);
      case Raw.Items(var items) -> items;
    };
  }

  private Object construct(Named named) {
    var values = new LinkedHashMap<Name, Object>();
    places.records(named).forEach((name, section) -> values.put(name, construct(section)));
    return values.containsValue(FAILED) ? FAILED : Collections.unmodifiableMap(values);
  }

  private Object construct(Section section) {
    Object[] values = section.entries().stream().map(this::build).toArray();
    if (Arrays.asList(values).contains(FAILED)) return FAILED;
    Class<?>[] components =
        Arrays.stream(section.type().getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<? extends Record> constructor = section.type().getDeclaredConstructor(components);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException rule)) {
        throw new IllegalStateException(e.getCause());
      }
      problems.add(new Problem(section.path(), origins(section), withoutSecrets(rule)));
      return FAILED;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(section.type() + " cannot be constructed", e);
    }
  }

  /// A rule may concern several values: name every source that is not the default.
  private String origins(Section section) {
    String said =
        section.leaves().stream()
            .map(leaf -> given.get(leaf.path()))
            .filter(value -> value != null)
            .map(value -> value.origin().detail())
            .distinct()
            .collect(Collectors.joining(", "));
    return said.isEmpty() ? Origin.FALLBACK.detail() : said;
  }

  /// The words of a record's constructor are not ours; it may have quoted what it was given.
  private String withoutSecrets(IllegalArgumentException rule) {
    String message =
        rule.getMessage() == null ? "the values do not fit together" : rule.getMessage();
    for (var secret : secrets) {
      if (!secret.isEmpty()) message = message.replace(secret, Secret.STARS);
    }
    return message;
  }
}
