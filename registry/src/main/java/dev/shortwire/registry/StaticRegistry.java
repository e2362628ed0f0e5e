package dev.shortwire.registry;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A registry that is a list in the configuration: one view, of epoch 1, for ever. Nobody is ever found dead, processes
/// can't be told apart (all have incarnation 0), and there is nothing to base leases on. Lock-free: the list is
/// immutable.
final class StaticRegistry implements Registry {
    private static final Logger LOG = LoggerFactory.getLogger(StaticRegistry.class);

    private final StaticList list;
    private final View view;
    private final Map<String, Profile> profiles;
    private final Deliveries deliveries;
    private final AtomicReference<@Nullable RegistryListener> listener = new AtomicReference<>();
    private final AtomicBoolean toldOfGone = new AtomicBoolean();
    private volatile boolean closed;

    StaticRegistry(StaticList list, RegistrySettings settings) {
        this.list = list;
        view = list.view(settings.cluster());
        profiles = list.profiles();
        deliveries = new Deliveries(task -> settings.scheduler().schedule(0, task));
    }

    @Override
    public void watch(RegistryListener newListener) {
        if (!listener.compareAndSet(null, newListener)) {
            throw new IllegalStateException("watch was called before; a registry has one listener");
        }
        tell(() -> newListener.reachable(true));
        refresh();
    }

    /// Succeeds if `self`'s name is in the list. The profile is not published: there is nowhere to publish it.
    @Override
    public CompletionStage<View> join(Member self, Profile profile) {
        CompletableFuture<View> result = new CompletableFuture<>();
        if (closed) {
            result.completeExceptionally(FailureKind.CLOSED.exception("the registry is closed"));
        } else if (view.member(self.name()) == null) {
            result.completeExceptionally(new ConfigurationException("name=\"" + self.name()
                    + "\" is not in the static list (" + list
                    + "); set name to one of them or add it to the list of every node"));
        } else {
            refresh();
            run(() -> result.complete(view));
        }
        return result;
    }

    /// Changes nothing: a listed node stays listed.
    @Override
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        run(() -> result.complete(null));
        return result;
    }

    @Override
    public void refresh() {
        RegistryListener told = listener.get();
        if (told != null) {
            tell(() -> told.changed(view, profiles));
        }
    }

    @Override
    public void reportGone(String name, long incarnation) {
        if (toldOfGone.compareAndSet(false, true)) {
            LOG.info("{} seems to be gone; a static list keeps it. Further reports are not logged.", name);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void tell(Runnable call) {
        run(() -> {
            if (!closed) {
                call.run();
            }
        });
    }

    private void run(Runnable task) {
        deliveries.add(task);
        deliveries.pump();
    }
}
