package dev.shortwire.server;

import dev.shortwire.FailureKind;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A duration as a request writes it: a whole number and one of `ms`, `s`, `m`, `h`, `d`, such as `30s`.
final class DurationText {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");

    private DurationText() {}

    /// The duration that `text` stands for, greater than zero and at most `max`.
    ///
    /// @param parameter how the message calls it
    /// @throws dev.shortwire.PermanentException [FailureKind#BAD_REQUEST] if it is none or out of range
    static Duration parse(String parameter, String text, Duration max) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw FailureKind.BAD_REQUEST.exception(parameter + "=\"" + text
                    + "\" must be a whole number followed by ms, s, m, h or d, such as 30s");
        }
        Duration value = scaled(Long.parseLong(form.group(1)), form.group(2));
        if (!value.isPositive() || value.compareTo(max) > 0) {
            throw FailureKind.BAD_REQUEST.exception(parameter + "=\"" + text + "\" must be more than 0 and at most "
                    + max.toSeconds() + "s");
        }
        return value;
    }

    private static Duration scaled(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
