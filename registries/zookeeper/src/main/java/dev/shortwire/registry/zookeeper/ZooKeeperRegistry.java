package dev.shortwire.registry.zookeeper;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.FailureKind;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.Records.Presence;
import dev.shortwire.spi.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process's client of the registry in ZooKeeper: this takes the calls, times them out and keeps the connection;
/// [Membership] does the work, on the one thread that this owns, which is also the thread that calls the listener.
final class ZooKeeperRegistry implements Registry {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperRegistry.class);
    private static final int CONNECTION_TIMEOUT_MILLIS = 1_000;
    private static final long CLOSE_LEAVE_SECONDS = 2;
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final ZooKeeperAddress address;
    private final RegistrySettings settings;
    private final CuratorFramework client;
    private final ExecutorService thread;
    private final Store store;
    private final Membership membership;
    private final AtomicBoolean watched = new AtomicBoolean();
    private final AtomicBoolean passWaits = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    ZooKeeperRegistry(ZooKeeperAddress address, RegistrySettings settings) {
        this.address = address;
        this.settings = settings;
        require(settings.sessionTimeout().toMillis() >= 100 && settings.sessionTimeout().toMillis() <= 3_600_000,
                "sessionTimeout=" + settings.sessionTimeout() + " must be 100 ms to 1 h; set registry.session-timeout");
        require(settings.joinTimeout().isPositive(),
                "joinTimeout=" + settings.joinTimeout() + " must be > 0; set registry.join-timeout");
        String name = "shortwire-registry-" + settings.cluster();
        thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
        client = client(address, settings, name);
        store = new Store(client, Tree.of(address, settings.cluster()), this::changed);
        membership = new Membership(store, settings,
                nanos -> settings.scheduler().schedule(nanos, () -> run(() -> membership().pass())));
        client.getConnectionStateListenable()
                .addListener((c, state) -> run(() -> membership().connection(state.isConnected())));
        run(client::start);
    }

    /// Curator keeps the connection and nothing else: [Membership] retries, not Curator.
    private static CuratorFramework client(ZooKeeperAddress address, RegistrySettings settings, String name) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        return CuratorFrameworkFactory.builder().connectString(address.servers())
                .sessionTimeoutMs((int) settings.sessionTimeout().toMillis())
                .connectionTimeoutMs(CONNECTION_TIMEOUT_MILLIS).retryPolicy(new RetryNTimes(0, 0))
                .zookeeperFactory(new PatientZooKeeperFactory(config)).ensembleTracker(false).dontUseContainerParents()
                .maxCloseWaitMs(CONNECTION_TIMEOUT_MILLIS).waitForShutdownTimeoutMs(CONNECTION_TIMEOUT_MILLIS)
                .zkClientConfig(config).threadFactory(Thread.ofPlatform().daemon().name(name + "-", 0).factory())
                .build();
    }

    private Membership membership() {
        return membership;
    }

    private void changed(WatchedEvent event) {
        String path = event.getPath();
        if (path != null) {
            membership.changed(path.substring(path.lastIndexOf('/') + 1));
            if (passWaits.compareAndSet(false, true)) {
                run(() -> {
                    passWaits.set(false);
                    membership.pass();
                });
            }
        }
    }

    @Override
    public void watch(RegistryListener listener) {
        if (!watched.compareAndSet(false, true)) {
            throw new IllegalStateException("watch was called before; a registry has one listener");
        }
        run(() -> membership.listen(listener));
    }

    @Override
    public CompletionStage<View> join(Member self, Profile profile) {
        require(self.name().indexOf('/') < 0, "name=\"" + self.name() + "\" must have no slash; set name");
        require(self.name().equals(profile.name()) && self.incarnation() == profile.incarnation(),
                "profile is of " + profile.name() + ", not of " + self.name() + "; give the member's own");
        Joining joining = new Joining(new Presence(self, profile), address.toString(),
                settings.joinTimeout().toMillis());
        CompletableFuture<View> result = joining.result();
        if (closed.get()) {
            result.completeExceptionally(FailureKind.CLOSED.exception("the registry is closed"));
            return result;
        }
        timeOut(result, () -> {
            if (result.completeExceptionally(joining.obstacle())) {
                run(() -> membership.abandon(joining));
            }
        });
        run(() -> membership.join(joining));
        return result;
    }

    @Override
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> result = new CompletableFuture<>();
        if (closed.get()) {
            result.complete(null);
            return result;
        }
        timeOut(result,
                () -> result.completeExceptionally(
                        FailureKind.REGISTRY_AWAY.exception("leave did not reach the registry at "
                                + address + " within " + settings.joinTimeout().toMillis()
                                + " ms; it is done when the registry is back")));
        run(() -> membership.leave(result));
        return result;
    }

    private void timeOut(CompletableFuture<?> result, Runnable end) {
        Scheduler.Timer timer = settings.scheduler().schedule(settings.joinTimeout().toNanos(), end);
        var _ = result.whenComplete((value, failure) -> timer.cancel());
    }

    @Override
    public void refresh() {
        run(membership::refresh);
    }

    @Override
    public void reportGone(String name, long incarnation) {
        run(() -> membership.reportGone(name, incarnation));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<Void> left = new CompletableFuture<>();
        execute(() -> {
            if (membership.isConnected()) {
                membership.leave(left);
            } else {
                left.complete(null);
            }
        });
        left.completeOnTimeout(null, CLOSE_LEAVE_SECONDS, TimeUnit.SECONDS).join();
        execute(() -> {
            membership.shut();
            client.close();
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the registry's thread did not end within {} s; it ends by itself", CLOSE_TIMEOUT_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// How many records could not be decoded.
    long undecodableRecords() {
        return store.undecodable();
    }

    private void run(Runnable task) {
        if (!closed.get()) {
            execute(task);
        }
    }

    private void execute(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("a task of the registry failed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the registry is closed", e);
        }
    }
}
