package dev.shortwire;

import org.jspecify.annotations.Nullable;

/// A read together with where it came from and how far it can be trusted.
///
/// @param value       the value, or null where the key has none
/// @param contentType media type of the encoded value, `application/octet-stream` where nobody said
/// @param version     which state of the key this is; [Version#NONE] for an absence that was never stored
/// @param source      who had it
/// @param owner       name of the owner in the view of the asked node, empty where there is none
/// @param epoch       epoch of that view
/// @param stale       true where an expired value was served on purpose (stale-while-revalidate, stale-if-error)
/// @param degraded    true where the owner could not be asked and the group's fallback answered
public record Answer<V>(@Nullable V value, String contentType, Version version, Source source, String owner, long epoch,
        boolean stale, boolean degraded) {
    public boolean isPresent() {
        return value != null;
    }
}
