package dev.shortwire.cluster;

import org.jspecify.annotations.Nullable;

/// How a member is reached now. Immutable.
///
/// @param line   over which calls go
/// @param spare  another one that is open, or null
/// @param silent whether nothing is answered over any: the process is paused, or cut off
public record Lines(Line line, @Nullable Line spare, boolean silent) {
    /// A line that is open and not `tried`, the chosen one first; null where there is none.
    public @Nullable Line other(@Nullable Line tried) {
        if (line != tried && line.link().isOpen()) {
            return line;
        }
        Line second = spare;
        return second != null && second != tried && second.link().isOpen() ? second : null;
    }
}
