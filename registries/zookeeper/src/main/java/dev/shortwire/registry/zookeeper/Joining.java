package dev.shortwire.registry.zookeeper;

import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.Records.Presence;
import java.util.concurrent.CompletableFuture;

/// A join under way. Its timeout may end it from another thread; the first end counts.
final class Joining {
    private final Presence presence;
    private final CompletableFuture<View> result = new CompletableFuture<>();
    private volatile ShortwireException obstacle;

    Joining(Presence presence, String registry, long timeoutMillis) {
        this.presence = presence;
        obstacle = FailureKind.REGISTRY_AWAY.exception("join did not reach the registry at " + registry + " within "
                + timeoutMillis + " ms; look whether it runs and call again");
    }

    /// What is to be published.
    Presence presence() {
        return presence;
    }

    CompletableFuture<View> result() {
        return result;
    }

    /// What the join will have failed with, should it time out now.
    ShortwireException obstacle() {
        return obstacle;
    }

    void obstacle(ShortwireException newObstacle) {
        obstacle = newObstacle;
    }
}
