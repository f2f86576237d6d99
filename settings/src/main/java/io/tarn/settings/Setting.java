package io.tarn.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Describes one record component as a setting, or as a section if its type is a record, or as
/// records that users name if its type is a `Map<Name, …>` of one. Such a record holds no maps, and
/// its settings have no other names; the map is unmodifiable and in the order of the names.
///
/// Absence: a setting with the fallback `""` may be left out. It is then `null` if the component is
/// `@Nullable`, else the empty string, the empty list or [Secret#NONE]; other types must be
/// `@Nullable` to have an empty fallback. A setting without any fallback must be given.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /// The fallback of a setting that must be given.
  String REQUIRED = "\u0000required";

  /// What the setting does, in a sentence or two of Markdown.
  String value();

  /// The text that is read when no source gives a value.
  String fallback() default REQUIRED;

  /// Other environment variables that mean the same; each has a `_FILE` twin too.
  String[] alias() default {};

  /// Other flags that mean the same, without the dashes.
  String[] flag() default {};
}
