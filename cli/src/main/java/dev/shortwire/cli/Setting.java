package dev.shortwire.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Describes one option of a configuration record, for the table in `docs/options.md`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
    /// What it sets, with its unit and range, and what raising it costs.
    String value();

    /// What holds where it is not set, in words or as it would be written.
    String unset();
}
