package dev.shortwire.testkit;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.View;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A registry client that tells its node other views than the registry has.
abstract class ChangedViews implements Registry {
    private final Registry registry;

    ChangedViews(Registry registry) {
        this.registry = registry;
    }

    /// The view that the node is told instead, or null if it is told nothing.
    abstract @Nullable View change(View view);

    @Override
    public void watch(RegistryListener listener) {
        registry.watch(new RegistryListener() {
            @Override
            public void changed(View view, Map<String, Profile> profiles) {
                View other = change(view);
                if (other != null) {
                    listener.changed(other, profiles);
                }
            }

            @Override
            public void reachable(boolean reachable) {
                listener.reachable(reachable);
            }
        });
    }

    @Override
    public CompletionStage<View> join(Member self, Profile profile) {
        return registry.join(self, profile);
    }

    @Override
    public CompletionStage<Void> leave() {
        return registry.leave();
    }

    @Override
    public void refresh() {
        registry.refresh();
    }

    @Override
    public void reportGone(String name, long incarnation) {
        registry.reportGone(name, incarnation);
    }

    @Override
    public void close() {
        registry.close();
    }
}
