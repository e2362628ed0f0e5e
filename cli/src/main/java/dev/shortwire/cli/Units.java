package dev.shortwire.cli;

import dev.shortwire.ConfigurationException;
import dev.shortwire.GroupOptions;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations and sizes as people write them: `100ms`, `30s`, `5m`, `2h`, `7d`, `forever`; `512`, `64KiB`, `64MiB`, `2GiB`.
final class Units {
    private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})\\s*([A-Za-z]*)");

    private Units() {}

    /// The duration that `text` says.
    ///
    /// @param option what the message tells to set
    /// @throws ConfigurationException if it says none
    static Duration duration(String option, String text) {
        String trimmed = text.strip();
        if (trimmed.equals("forever")) {
            return GroupOptions.FOREVER;
        }
        if (trimmed.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = AMOUNT.matcher(trimmed);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration unit = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(1);
                case "s" -> Duration.ofSeconds(1);
                case "m" -> Duration.ofMinutes(1);
                case "h" -> Duration.ofHours(1);
                case "d" -> Duration.ofDays(1);
                default -> Duration.ZERO;
            };
            if (unit.isPositive() && amount <= GroupOptions.FOREVER.dividedBy(unit)) {
                return unit.multipliedBy(amount);
            }
        }
        throw new ConfigurationException(option + "=" + text
                + " must be a number with a unit, at most 100 years, such as 30s (ms, s, m, h, d), or forever; set "
                + option);
    }

    /// The number of bytes that `text` says.
    ///
    /// @param option what the message tells to set
    /// @throws ConfigurationException if it says none
    static long bytes(String option, String text) {
        Matcher matcher = AMOUNT.matcher(text.strip());
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            int shift = switch (matcher.group(2)) {
                case "", "B" -> 0;
                case "KiB" -> 10;
                case "MiB" -> 20;
                case "GiB" -> 30;
                default -> -1;
            };
            if (shift >= 0 && amount <= Long.MAX_VALUE >> shift) {
                return amount << shift;
            }
        }
        throw new ConfigurationException(option + "=" + text
                + " must be a number of bytes, with a unit if you like, such as 64MiB (B, KiB, MiB, GiB); set "
                + option);
    }

    /// `duration` as [#duration(String, String)] reads it.
    static String text(Duration duration) {
        if (duration.equals(GroupOptions.FOREVER)) {
            return "forever";
        }
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0s";
        }
        if (millis % 86_400_000 == 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /// A number of bytes as [#bytes(String, String)] reads it.
    static String text(long bytes) {
        if (bytes != 0 && bytes % (1L << 30) == 0) {
            return (bytes >> 30) + "GiB";
        }
        if (bytes != 0 && bytes % (1L << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        return bytes != 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : Long.toString(bytes);
    }
}
