package dev.shortwire.registry;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Who is in the cluster. There is one truth about it, and this is where it is kept. What makes a registry a registry is
/// that it passes `RegistryContractTest`; `docs/registry.md` has the contract in words. Safe for use by any thread; no
/// method but [#close()] blocks.
public interface Registry extends AutoCloseable {
    /// Tells `listener` the present state soon, and every later one. Views are told in the order of their epochs;
    /// one is left out only where the registry no longer has it. One listener, set once, before anything else is called.
    void watch(RegistryListener listener);

    /// Publishes `profile` and puts `self` into the view. Completes when a view has it; completes with a
    /// [dev.shortwire.ShortwireException] of kind `REGISTRY_AWAY` if the registry can't be reached within the join
    /// timeout, of kind `CONFIGURATION` if another living process has that name.
    CompletionStage<View> join(Member self, Profile profile);

    /// Takes this process out of the view. Completes when a view without it is written, or fails as `join` does. Safe
    /// to repeat.
    CompletionStage<Void> leave();

    /// Reads the newest view from the registry itself and tells the listener, however late its watches are.
    void refresh();

    /// Says that the process of that name and incarnation is proved to be gone: every wire to it refuses. The registry
    /// takes it out of the view without waiting for its session to end. A pause is no proof.
    void reportGone(String name, long incarnation);

    /// Leaves if still joined, stops watching, lets go of all resources. Blocks for a bounded time. Safe to repeat.
    @Override
    void close();

    /// Who is told of changes. Called by one thread at a time, in order; must not block.
    interface RegistryListener {
        /// A new view, or new profiles under the same one.
        ///
        /// @param profiles of the members that have published one, by name
        void changed(View view, Map<String, Profile> profiles);

        /// Whether the registry can be reached now. While it can't, the last view stays in force.
        void reachable(boolean reachable);
    }
}
