package dev.shortwire.testkit;

import dev.shortwire.Bytes;
import dev.shortwire.cache.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client reads what it wrote: on a stable view, without faults, a key that one client alone writes has the value of
/// its last acknowledged write, and none after a removal. Told of the calls that this holds for.
final class OwnWritesCheck {
    static final String NAME = "a client reads its own writes";

    private final Simulation simulation;
    private final Map<Key, String> written = new HashMap<>();

    private record Key(String client, String key) {}

    OwnWritesCheck(Simulation simulation) {
        this.simulation = simulation;
    }

    void ended(SimCall call) {
        Key at = new Key(call.node().name(), call.group() + "/" + call.key());
        switch (call.outcome()) {
            case Outcome.Written w -> written.put(at, Objects.toString(text(call.written())));
            case Outcome.Answered a -> {
                String read = Objects.toString(text(a.answer().value()));
                String expected = written.getOrDefault(at, read);
                if (!read.equals(expected)) {
                    simulation.violated(NAME, call + ", but its client had written " + expected, null);
                }
            }
            default -> simulation.violated(NAME, call + ", on a stable view without faults", null);
        }
    }

    private static @Nullable String text(@Nullable Bytes value) {
        return value == null ? null : value.utf8();
    }
}
