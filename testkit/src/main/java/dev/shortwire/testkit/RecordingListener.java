package dev.shortwire.testkit;

import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry.RegistryListener;
import dev.shortwire.registry.View;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Remembers what a registry told, and notices what a registry must never do: call from two threads at once, go back
/// to an earlier epoch, or change a view without changing its epoch. Safe for use by any thread.
public final class RecordingListener implements RegistryListener {
    private final List<View> views = new CopyOnWriteArrayList<>();
    private final List<Boolean> reachable = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final AtomicBoolean inside = new AtomicBoolean();
    private volatile Map<String, Profile> profiles = Map.of();

    @Override
    public void changed(View view, Map<String, Profile> newProfiles) {
        enter();
        View last = last();
        if (last != null && last.registryIncarnation() == view.registryIncarnation()
                && (view.epoch() < last.epoch() || view.epoch() == last.epoch() && !view.equals(last))) {
            faults.add("told " + view + " after " + last);
        }
        profiles = newProfiles;
        views.add(view);
        inside.set(false);
    }

    @Override
    public void reachable(boolean isReachable) {
        enter();
        reachable.add(isReachable);
        inside.set(false);
    }

    private void enter() {
        if (!inside.compareAndSet(false, true)) {
            faults.add("called by two threads at once");
        }
        Thread.onSpinWait();
    }

    /// Every view told, in order.
    public List<View> views() {
        return List.copyOf(views);
    }

    /// The newest view told, or null.
    public @Nullable View last() {
        return views.isEmpty() ? null : views.getLast();
    }

    /// Whether the newest view has that process.
    public boolean sees(String name, long incarnation) {
        View view = last();
        return view != null && view.has(name, incarnation);
    }

    /// Whether the newest view has nobody of that name.
    public boolean misses(String name) {
        View view = last();
        return view != null && view.member(name) == null;
    }

    /// The newest profile told of that name, or null.
    public @Nullable Profile profile(String name) {
        return profiles.get(name);
    }

    /// What was told of the registry last; false before anything was.
    public boolean isReachable() {
        return !reachable.isEmpty() && reachable.getLast();
    }

    /// What the registry did that it must not do.
    public List<String> faults() {
        return List.copyOf(faults);
    }
}
