/// One described tree of configuration records. A module describes each of its settings once, on a
/// record component, with a text, a default and a type that carries the unit; nested records form
/// the tree, and a map of [io.tarn.settings.Name] to a record holds as many of them as there are
/// names. [io.tarn.settings.Settings#of] turns the root record into an
/// [io.tarn.settings.SettingsTree], which reads flags, environment and one YAML file, and refuses
/// everything it does not know.
///
/// The same tree prints the documentation page, the `--help` text and `config show`, so none of
/// them can disagree with what is read. All problems of a reading are reported at once, each with
/// the path, the source and what to do; secrets appear in none of it. This is the one package that
/// uses reflection, and only on record components.
@NullMarked
package io.tarn.settings;

import org.jspecify.annotations.NullMarked;
