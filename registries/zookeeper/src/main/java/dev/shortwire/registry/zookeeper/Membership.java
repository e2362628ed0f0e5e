package dev.shortwire.registry.zookeeper;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Reconciler;
import dev.shortwire.registry.Registry.RegistryListener;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.Records.Presence;
import dev.shortwire.registry.zookeeper.Store.Holder;
import dev.shortwire.registry.zookeeper.Store.StoredView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one process wants of the registry, and the passes that bring it about. Confined to the registry's thread.
///
/// A pass asks how things stand and does what is missing, whatever it was that called for it: a change that was told, a
/// wish, a connection that came back, a timer. So it does not matter which changes were told, in which order or how
/// often, nor whether a write whose answer got lost was done: the next pass sees. In a pass:
///
///  1. take away the presences of those reported gone; publish or take away our own;
///  2. read the view, *then* the presences: what we read of them is then no older than the view;
///  3. tell the listener, and end the joins and leaves that the view fulfils;
///  4. if the view should be another, write it by compare-and-set on what 2 read, and start again at 2.
///
/// In 4 everybody would write the same, so those who only noticed wait in the order of their rank: the first writes,
/// the others find nothing left to do. Who caused the change does not wait.
///
/// Longer than most: one state machine.
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long MILLI = 1_000_000;
    private static final long RANK_STEP_NANOS = 20 * MILLI;
    private static final long MAX_RANK_DELAY_NANOS = 500 * MILLI;
    private static final long JITTER_NANOS = 10 * MILLI;
    private static final long RETRY_NANOS = 100 * MILLI;
    private static final int MAX_ATTEMPTS = 16;

    private record Leaving(Member member, CompletableFuture<Void> result) {}

    private final Store store;
    private final RegistrySettings settings;
    private final LongConsumer passLater;

    private final List<Leaving> leaving = new ArrayList<>();
    private final Map<String, Long> gone = new TreeMap<>();
    private final Set<String> stale = ConcurrentHashMap.newKeySet();
    private @Nullable RegistryListener listener;
    private @Nullable Joining joining;
    private @Nullable Presence mine;
    private @Nullable Member spent;
    private boolean inView;
    private boolean wantOut;
    private boolean connected;
    private boolean readAll = true;
    private boolean tellAnyway;
    private Map<String, Presence> presences = Map.of();
    private @Nullable View told;
    private Map<String, Profile> toldProfiles = Map.of();
    private long dueEpoch = -1;
    private long dueNanos;
    private boolean held;
    private long heldNanos;

    /// @param passLater has [#pass()] called after so many nanoseconds
    Membership(Store store, RegistrySettings settings, LongConsumer passLater) {
        this.store = store;
        this.settings = settings;
        this.passLater = passLater;
    }

    void listen(RegistryListener newListener) {
        listener = newListener;
        if (connected) {
            tellReachable();
        }
        refresh();
    }

    void connection(boolean isConnected) {
        if (connected == isConnected) {
            return;
        }
        connected = isConnected;
        held = false;
        tellReachable();
        readAll = true;
        pass();
    }

    void join(Joining join) {
        endJoining(FailureKind.CANCELLED.exception("join was given up for a later one"));
        joining = join;
        wantOut = false;
        held = false;
        pass();
    }

    /// The join timed out: what it has published is taken back, unless a view has it.
    void abandon(Joining join) {
        if (join.equals(joining)) {
            joining = null;
            wantOut = mine != null && !inView;
            pass();
        }
    }

    void leave(CompletableFuture<Void> result) {
        endJoining(FailureKind.CANCELLED.exception("join was given up for leave"));
        if (mine == null) {
            result.complete(null);
            return;
        }
        wantOut = true;
        leaving.add(new Leaving(mine.member(), result));
        pass();
    }

    void reportGone(String name, long incarnation) {
        gone.put(name, incarnation);
        pass();
    }

    void refresh() {
        readAll = true;
        tellAnyway = true;
        pass();
    }

    /// The presence of `name` may have changed. The one method that any thread may call.
    void changed(String name) {
        stale.add(name);
    }

    boolean isConnected() {
        return connected;
    }

    /// Ends for good: nothing more is told.
    void shut() {
        listener = null;
        connected = false;
        endJoining(FailureKind.CLOSED.exception("the registry is closed"));
        leaving.forEach(leave -> leave.result().complete(null));
        leaving.clear();
    }

    void pass() {
        if (!connected) {
            return;
        }
        try {
            tryPass();
        } catch (ShortwireException e) {
            LOG.warn("the registry can't be written: {}", e.getMessage());
            endJoining(e);
            wantOut = mine != null && !inView;
        } catch (KeeperException e) {
            LOG.debug("the registry did not answer: {}", e.getMessage());
            again();
        } catch (Exception e) {
            LOG.warn("a pass over the registry failed and is repeated", e);
            again();
        }
    }

    private void again() {
        readAll = true;
        passLater.accept(RETRY_NANOS);
    }

    private void tryPass() throws Exception {
        if (readAll) {
            store.prepare();
            store.sync();
        }
        boolean urgent = takeAwayGone();
        urgent |= settle();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            StoredView stored = read();
            if (stored == null) {
                return;
            }
            urgent |= noticeLoss(stored.view());
            tellMissed(stored.view());
            tell(stored.view());
            fulfil(stored.view());
            View next = Reconciler.next(stored.view(), present());
            if (next == null) {
                dueEpoch = -1;
                return;
            }
            if (!urgent && !due(stored.view())) {
                return;
            }
            presences = store.readPresences();
            next = Reconciler.next(stored.view(), present());
            if (next != null) {
                store.propose(stored, next);
            }
        }
        again();
    }

    /// Reads the view, then the presences. Null if there is nothing to go on with for now.
    private @Nullable StoredView read() throws Exception {
        StoredView stored = store.readView();
        if (stored == null) {
            Joining join = joining;
            if (join != null) {
                join.obstacle(new ConfigurationException("the view record of cluster \"" + settings.cluster()
                        + "\" can't be decoded, so nobody can join; remove it or use another chroot or cluster name"));
            }
            return null;
        }
        View last = told;
        if (last != null && last.registryIncarnation() == stored.view().registryIncarnation()
                && last.epoch() > stored.view().epoch()) {
            again(); // a new session met a server that lags behind what the last one had seen
            return null;
        }
        Set<String> changed = Set.copyOf(stale);
        stale.removeAll(changed); // before the read: what is told from now on counts for the next one
        presences = readAll ? store.readPresences() : store.readPresences(changed);
        readAll = false;
        return stored;
    }

    private boolean takeAwayGone() throws Exception {
        boolean urgent = false;
        for (Map.Entry<String, Long> report : Map.copyOf(gone).entrySet()) {
            if (store.remove(new Member(report.getKey(), report.getValue(), Member.DEFAULT_WEIGHT))) {
                LOG.info("{} (incarnation {}) is proved gone; taken out", report.getKey(), report.getValue());
                urgent = true;
            }
            gone.remove(report.getKey(), report.getValue());
        }
        return urgent;
    }

    /// Publishes our presence or takes it away, as is wished.
    ///
    /// @return whether the view has to follow
    private boolean settle() throws Exception {
        Joining join = joining;
        Presence published = mine;
        if (wantOut && published != null) {
            store.remove(published.member());
            lose(published);
            wantOut = false;
            return true;
        }
        if (join == null || join.presence().equals(published)) {
            return join != null;
        }
        Presence wanted = join.presence();
        if (published != null && isSameProcess(published.member(), wanted.member())) {
            if (store.update(wanted)) {
                mine = wanted;
                stale.add(wanted.member().name());
                return true;
            }
            endJoining(FailureKind.NOT_A_MEMBER.exception(wanted.member().name()
                    + " was taken out of the view; join as a new incarnation"));
            return false;
        }
        if (published != null && store.replace(published.member(), wanted) || store.publish(wanted)) {
            published(wanted);
            return true;
        }
        return takeOver(join);
    }

    /// The name is held. If by what we ourselves left behind, it is ours; else we wait for the end of the holder's
    /// session. A holder that outlives our own session timeout is alive.
    private boolean takeOver(Joining join) throws Exception {
        Presence wanted = join.presence();
        Holder holder = store.holder(wanted.member().name());
        if (holder == null) {
            passLater.accept(0);
            return false;
        }
        Presence theirs = holder.presence();
        if (theirs != null && (holder.mine() || isSameProcess(theirs.member(), wanted.member())
                || spent != null && isSameProcess(theirs.member(), spent))) {
            if (store.replace(theirs.member(), wanted)) {
                published(wanted);
                return true;
            }
            passLater.accept(0);
            return false;
        }
        join.obstacle(nameHeld(wanted.member().name(), theirs));
        long now = settings.clock().nanoTime();
        if (!held) {
            held = true;
            heldNanos = now;
        }
        long patience = settings.sessionTimeout().multipliedBy(3).dividedBy(2).plusMillis(500).toNanos();
        if (now - heldNanos >= patience) {
            endJoining(join.obstacle());
        } else {
            passLater.accept(patience - (now - heldNanos));
        }
        return false;
    }

    private static ShortwireException nameHeld(String name, @Nullable Presence holder) {
        String who = holder == null ? ""
                : " (pid " + holder.profile().pid() + " on \"" + holder.profile().host() + "\")";
        return new ConfigurationException("name=\"" + name + "\" is held by another living process" + who
                + "; set another name or stop that process");
    }

    private void published(Presence presence) {
        mine = presence;
        inView = false;
        stale.add(presence.member().name());
    }

    private void lose(Presence presence) {
        mine = null;
        inView = false;
        spent = presence.member();
        stale.add(presence.member().name());
    }

    /// Whether this process has lost its presence, and with it its place: its session ended, or it was reported gone.
    /// It does not come back by itself, since it may have been away for long: whoever joined decides.
    private boolean noticeLoss(View view) throws Exception {
        Presence published = mine;
        if (published == null) {
            return false;
        }
        Member member = published.member();
        Presence seen = presences.get(member.name());
        boolean present = seen != null && isSameProcess(seen.member(), member);
        boolean viewed = view.has(member.name(), member.incarnation());
        if (present && (viewed || !inView)) {
            inView = viewed;
            return false;
        }
        LOG.info("{} (incarnation {}) has lost its place in the registry", member.name(), member.incarnation());
        if (present) {
            store.remove(member);
        }
        lose(published);
        if (joining != null) {
            passLater.accept(0);
        }
        return true;
    }

    private void fulfil(View view) {
        leaving.removeIf(leave -> {
            boolean out = !view.has(leave.member().name(), leave.member().incarnation());
            return out && (leave.result().complete(null) || leave.result().isDone());
        });
        Joining join = joining;
        if (join != null && join.presence().equals(mine)
                && join.presence().member().equals(view.member(join.presence().member().name()))) {
            joining = null;
            join.result().complete(view);
        }
    }

    private void endJoining(ShortwireException cause) {
        Joining join = joining;
        if (join != null) {
            joining = null;
            join.result().completeExceptionally(cause);
        }
    }

    /// Whether it is our turn to write what everybody can see is missing.
    private boolean due(View view) {
        long now = settings.clock().nanoTime();
        if (dueEpoch != view.epoch()) {
            int rank = Reconciler.rank(view, present(), mine == null ? "" : mine.member().name());
            dueEpoch = view.epoch();
            dueNanos = now + Math.min(rank * RANK_STEP_NANOS, MAX_RANK_DELAY_NANOS) + Math.floorMod(now, JITTER_NANOS);
        }
        if (now - dueNanos >= 0) {
            return true;
        }
        passLater.accept(dueNanos - now);
        return false;
    }

    private List<Member> present() {
        return presences.values().stream().map(Presence::member).toList();
    }

    /// Tells the views between the last one told and this one, as long as the history has them: who sees every view
    /// knows who owned what in between, and need not drop what it kept all along.
    private void tellMissed(View view) throws Exception {
        View last = told;
        if (last == null || last.registryIncarnation() != view.registryIncarnation()) {
            return;
        }
        for (long epoch = last.epoch() + 1; epoch < view.epoch(); epoch++) {
            View missed = store.readHistory(view, epoch);
            if (missed != null) {
                tell(missed);
            }
        }
    }

    private void tell(View view) {
        Map<String, Profile> profiles = new TreeMap<>();
        presences.forEach((name, presence) -> {
            if (view.has(name, presence.member().incarnation())) {
                profiles.put(name, presence.profile());
            }
        });
        if (listener != null && (tellAnyway || !view.equals(told) || !profiles.equals(toldProfiles))) {
            tellAnyway = false;
            toldProfiles = Map.copyOf(profiles);
            call(() -> java.util.Objects.requireNonNull(listener).changed(view, toldProfiles));
        }
        told = view;
    }

    private void tellReachable() {
        boolean reachable = connected;
        if (listener != null) {
            call(() -> java.util.Objects.requireNonNull(listener).reachable(reachable));
        }
    }

    private static void call(Runnable listenerCall) {
        try {
            listenerCall.run();
        } catch (RuntimeException e) {
            LOG.error("a registry listener failed; the registry goes on", e);
        }
    }

    private static boolean isSameProcess(Member one, Member other) {
        return one.name().equals(other.name()) && one.incarnation() == other.incarnation();
    }
}
