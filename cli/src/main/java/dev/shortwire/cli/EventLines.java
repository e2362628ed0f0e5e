package dev.shortwire.cli;

import dev.shortwire.Bytes;
import dev.shortwire.LoadContext;
import dev.shortwire.Loader;
import dev.shortwire.node.NodeListener;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Says in a line each what a node does: loads, picks of a peer, views.
final class EventLines implements NodeListener {
    private static final int MAX_SHOWN = 60;

    private final Consumer<String> lines;

    EventLines(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void picked(String group, String key, String peer) {
        lines.accept("asks " + peer + " for " + group + "/" + shown(key));
    }

    @Override
    public void viewChanged(long epoch, List<String> members) {
        if (epoch > 0) {
            lines.accept("sees view " + epoch + ": " + (members.isEmpty() ? "nobody" : String.join(", ", members)));
        }
    }

    /// `origin`, with a line at the end of each load.
    Loader<Bytes> reporting(Loader<Bytes> origin) {
        return (key, context) -> {
            long start = System.nanoTime();
            try {
                Bytes value = origin.load(key, context);
                lines.accept("loaded " + named(key, context) + (value == null ? ": no such key" : "") + after(start));
                return value;
            } catch (Exception failure) {
                lines.accept("could not load " + named(key, context) + after(start) + ": " + failure.getMessage());
                throw failure;
            }
        };
    }

    private static String named(String key, LoadContext context) {
        return context.group() + "/" + shown(key);
    }

    private static String after(long start) {
        return " (" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms)";
    }

    /// A key at a length that a line can bear, and without what would move a terminal's cursor.
    static String shown(@Nullable String key) {
        if (key == null) {
            return "";
        }
        StringBuilder shown = new StringBuilder();
        key.codePoints().limit(MAX_SHOWN).forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append("\\u").append(String.format(java.util.Locale.ROOT, "%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return key.codePointCount(0, key.length()) > MAX_SHOWN ? shown.append('…').toString() : shown.toString();
    }
}
