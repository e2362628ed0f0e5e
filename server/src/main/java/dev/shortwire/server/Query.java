package dev.shortwire.server;

import dev.shortwire.FailureKind;
import dev.shortwire.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The parameters of a request. A parameter that is given twice is an error as soon as it is read.
final class Query {
    private final Map<String, List<String>> values;

    /// @throws dev.shortwire.http.HttpProblem 400 if an escape is wrong or the query is not UTF-8
    Query(HttpRequest request) {
        values = request.parameters();
    }

    /// The value of `name`, or null where it is not given.
    @Nullable
    String value(String name) {
        List<String> given = values.get(name);
        if (given == null) {
            return null;
        }
        if (given.size() > 1) {
            throw FailureKind.BAD_REQUEST.exception(name + " is given " + given.size() + " times; give it once");
        }
        return given.getFirst();
    }

    /// Refuses parameters that the path does not know, so that a mistyped one is not ignored in silence.
    Query allow(Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw FailureKind.BAD_REQUEST.exception("parameter \"" + Problem.shown(name) + "\" is unknown here; "
                        + (known.isEmpty()
                                ? "there are none"
                                : "known here: " + String.join(", ", new TreeSet<>(known))));
            }
        }
        return this;
    }
}
