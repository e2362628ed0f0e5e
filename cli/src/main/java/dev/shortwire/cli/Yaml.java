package dev.shortwire.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a small YAML file line by line. Words stand in double quotes, with the escapes that JSON and YAML share, so
/// that none is taken for anything else. What is null is left out.
final class Yaml {
    private final StringBuilder text = new StringBuilder();

    /// A key with lines below it, which are one level deeper.
    Yaml part(int depth, String key) {
        line(depth, key + ":");
        return this;
    }

    Yaml word(int depth, String key, @Nullable String word) {
        if (word != null) {
            line(depth, key + ": " + quoted(word));
        }
        return this;
    }

    Yaml number(int depth, String key, @Nullable Integer number) {
        if (number != null) {
            line(depth, key + ": " + number);
        }
        return this;
    }

    Yaml words(int depth, String key, List<String> words) {
        part(depth, key);
        words.forEach(word -> line(depth + 1, "- " + quoted(word)));
        return this;
    }

    private void line(int depth, String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }

    static String quoted(String word) {
        StringBuilder quoted = new StringBuilder("\"");
        word.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
