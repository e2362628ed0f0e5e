package dev.shortwire.server;

import dev.shortwire.FailureKind;
import org.jspecify.annotations.Nullable;

/// Which group a request is about.
final class Groups {
    private Groups() {}

    /// The group that a parameter names, or the default one.
    ///
    /// @throws dev.shortwire.PermanentException [FailureKind#BAD_REQUEST] if neither is given
    static String named(@Nullable String parameter, ApiSettings settings) {
        String group = parameter == null ? settings.defaultGroup() : parameter;
        if (group.isEmpty()) {
            throw FailureKind.BAD_REQUEST.exception("group is missing; add group=G");
        }
        return group;
    }
}
