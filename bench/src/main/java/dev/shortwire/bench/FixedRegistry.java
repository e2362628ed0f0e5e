package dev.shortwire.bench;

import dev.shortwire.FailureKind;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A registry for observers of one process that somebody else has started: one view with that process in it, for ever.
/// Immutable.
record FixedRegistry(View view, Profile profile) implements Registry {
    /// @param registryIncarnation the same as the process's own
    static FixedRegistry of(long registryIncarnation, Profile profile) {
        return new FixedRegistry(
                new View(registryIncarnation, 1, List.of(Member.named(profile.name(), profile.incarnation()))),
                profile);
    }

    @Override
    public void watch(RegistryListener listener) {
        listener.reachable(true);
        listener.changed(view, Map.of(profile.name(), profile));
    }

    @Override
    public CompletionStage<View> join(Member self, Profile published) {
        return CompletableFuture
                .failedFuture(FailureKind.CONFIGURATION.exception("nobody can join a fixed view; observe it"));
    }

    @Override
    public CompletionStage<Void> leave() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void refresh() {
        // There is nothing newer.
    }

    @Override
    public void reportGone(String name, long incarnation) {
        // The measurement shows what happens then.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
