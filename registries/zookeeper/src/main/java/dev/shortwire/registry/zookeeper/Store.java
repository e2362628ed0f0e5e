package dev.shortwire.registry.zookeeper;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.Records.Presence;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The few things done to ZooKeeper. Blocks for a bounded time; confined to the registry's thread. What fails because
/// the connection did throws a [KeeperException] and may have happened: whoever calls reads again before he goes on.
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final int HISTORY_LENGTH = 64;
    private static final long SYNC_TIMEOUT_MILLIS = 2_000;

    /// The view with the version that its record had in the same read.
    record StoredView(View view, int version) {}

    /// Who has a name: `mine` if this session published it.
    record Holder(@Nullable Presence presence, boolean mine) {}

    private final CuratorFramework client;
    private final Tree tree;
    private final Watcher watcher;
    private final LongAdder undecodable = new LongAdder();
    private final Set<String> complained = new HashSet<>();
    private Map<String, Presence> presences = new TreeMap<>();
    private long watchedSession;

    Store(CuratorFramework client, Tree tree, Watcher watcher) {
        this.client = client;
        this.tree = tree;
        this.watcher = watcher;
    }

    /// Makes ready for use by this session: the tree is there, and changes are told. Watches last as long as the
    /// session; what happened between two connections they don't tell, so all is read again.
    void prepare() throws Exception {
        if (client.checkExists().forPath(tree.view()) == null) {
            createTree();
        }
        long session = client.getZookeeperClient().getZooKeeper().getSessionId();
        if (session != watchedSession) {
            client.watchers().add().withMode(AddWatchMode.PERSISTENT).usingWatcher(watcher).forPath(tree.view());
            client.watchers().add().withMode(AddWatchMode.PERSISTENT_RECURSIVE).usingWatcher(watcher)
                    .forPath(tree.members());
            watchedSession = session;
        }
    }

    /// The view record comes last: where it is, all is. Of several who create it at once, one wins, and with him the
    /// incarnation that he drew.
    private void createTree() throws Exception {
        create(tree.history(), new byte[0]);
        create(tree.processes(), new byte[0]);
        create(tree.members(), new byte[0]);
        create(tree.view(), Records.encode(View.empty(new SecureRandom().nextLong())));
    }

    private void create(String path, byte[] data) throws Exception {
        try {
            client.create().creatingParentsIfNeeded().forPath(path, data);
        } catch (KeeperException.NodeExistsException e) {
            LOG.debug("{} is there already", path);
        }
    }

    /// Waits until this session's server has seen all that was written before.
    void sync() throws Exception {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        client.sync().inBackground((c, event) -> done.complete(event.getResultCode())).forPath(tree.view());
        int result;
        try {
            result = done.get(SYNC_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new KeeperException.OperationTimeoutException();
        }
        if (result != Code.OK.intValue()) {
            throw KeeperException.create(Code.get(result), tree.view());
        }
    }

    /// The view record, or null if it can't be decoded.
    ///
    /// @throws KeeperException.NoNodeException if somebody removed it
    @Nullable
    StoredView readView() throws Exception {
        Stat stat = new Stat();
        View view = Records.view(client.getData().storingStatIn(stat).forPath(tree.view()));
        if (view == null) {
            complain(tree.view());
            return null;
        }
        return new StoredView(view, stat.getVersion());
    }

    /// The view of an earlier epoch of the same registry, or null if it is not kept any more.
    @Nullable
    View readHistory(View present, long epoch) throws Exception {
        try {
            return Records.view(client.getData().forPath(tree.history(present, epoch)));
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("the view of epoch {} is not kept any more", epoch);
            return null;
        }
    }

    /// Who is present.
    ///
    /// @param stale whose profile must be read again; the others' is remembered
    Map<String, Presence> readPresences(Collection<String> stale) throws Exception {
        Map<String, Presence> read = new TreeMap<>();
        for (String name : client.getChildren().forPath(tree.members())) {
            Presence known = presences.get(name);
            Presence presence = known == null || stale.contains(name) ? readPresence(name, known) : known;
            if (presence != null) {
                read.put(name, presence);
            }
        }
        presences = read;
        return read;
    }

    /// Who is present, remembering nothing.
    Map<String, Presence> readPresences() throws Exception {
        return readPresences(presences.keySet());
    }

    private @Nullable Presence readPresence(String name, @Nullable Presence known) throws Exception {
        try {
            Presence presence = Records.presence(name, client.getData().forPath(tree.member(name)));
            if (presence == null) {
                complain(tree.member(name));
                return known;
            }
            return presence;
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("{} left while its presence was read", name);
            return null;
        }
    }

    /// Who has that name, or null.
    @Nullable
    Holder holder(String name) throws Exception {
        Stat stat = new Stat();
        try {
            byte[] data = client.getData().storingStatIn(stat).forPath(tree.member(name));
            long session = client.getZookeeperClient().getZooKeeper().getSessionId();
            return new Holder(Records.presence(name, data), stat.getEphemeralOwner() == session);
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("nobody holds the name {}", name);
            return null;
        }
    }

    /// Publishes a presence under a name that is free.
    ///
    /// @return whether it was free
    boolean publish(Presence presence) throws Exception {
        return commit(create(CreateMode.EPHEMERAL, tree.member(presence.member().name()), Records.encode(presence)),
                create(CreateMode.EPHEMERAL, tree.process(presence.member()), new byte[0]));
    }

    /// Publishes a presence in the place of one's own, in one step.
    ///
    /// @return whether that very process's presence was there
    boolean replace(Member old, Presence presence) throws Exception {
        return commit(client.transactionOp().delete().forPath(tree.process(old)),
                client.transactionOp().delete().forPath(tree.member(old.name())),
                create(CreateMode.EPHEMERAL, tree.member(presence.member().name()), Records.encode(presence)),
                create(CreateMode.EPHEMERAL, tree.process(presence.member()), new byte[0]));
    }

    /// Publishes what the same process says about itself now.
    ///
    /// @return whether that process's presence was there
    boolean update(Presence presence) throws Exception {
        return commit(client.transactionOp().check().forPath(tree.process(presence.member())), client.transactionOp()
                .setData().forPath(tree.member(presence.member().name()), Records.encode(presence)));
    }

    /// Takes away the presence of that very process.
    ///
    /// @return whether it was there
    boolean remove(Member member) throws Exception {
        return commit(client.transactionOp().delete().forPath(tree.process(member)),
                client.transactionOp().delete().forPath(tree.member(member.name())));
    }

    /// Writes the view that follows `stored`, if that is still the record and whoever comes in by it is present.
    boolean propose(StoredView stored, View next) throws Exception {
        byte[] data = Records.encode(next);
        List<CuratorOp> ops = new ArrayList<>();
        ops.add(client.transactionOp().setData().withVersion(stored.version()).forPath(tree.view(), data));
        ops.add(create(CreateMode.PERSISTENT, tree.history(next, next.epoch()), data));
        for (Member member : next.members()) {
            if (!stored.view().has(member.name(), member.incarnation())) {
                ops.add(client.transactionOp().check().forPath(tree.process(member)));
            }
        }
        String oldest = tree.history(next, next.epoch() - HISTORY_LENGTH);
        if (client.checkExists().forPath(oldest) != null) {
            ops.add(client.transactionOp().delete().forPath(oldest));
        }
        return commit(ops.toArray(new CuratorOp[0]));
    }

    /// How many records could not be decoded.
    long undecodable() {
        return undecodable.sum();
    }

    private CuratorOp create(CreateMode mode, String path, byte[] data) throws Exception {
        return client.transactionOp().create().withMode(mode).forPath(path, data);
    }

    private boolean commit(CuratorOp... ops) throws Exception {
        try {
            client.transaction().forOperations(ops);
            return true;
        } catch (KeeperException.NoNodeException | KeeperException.NodeExistsException
                | KeeperException.BadVersionException e) {
            LOG.debug("something else was quicker: {}", e.getMessage());
            return false;
        }
    }

    private void complain(String path) {
        undecodable.increment();
        if (complained.add(path)) {
            LOG.warn("the record at {} can't be decoded and is left out of account; look who else writes there", path);
        }
    }
}
