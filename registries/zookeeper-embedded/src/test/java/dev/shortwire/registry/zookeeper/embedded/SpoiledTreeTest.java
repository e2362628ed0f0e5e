package dev.shortwire.registry.zookeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.ZooKeeperRegistryProvider;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordingListener;
import dev.shortwire.testkit.ThreadScheduler;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the registry does when somebody else writes where it keeps what it keeps.
final class SpoiledTreeTest {
    private static final String ROOT = "/apps/shortwire/spoiled";
    private static final byte[] RUBBISH = "{\"epoch\":".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path dir;

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final List<Registry> clients = new ArrayList<>();
    private EmbeddedZooKeeper server;
    private ZooKeeper zooKeeper;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedZooKeeper.standalone(dir, FreePorts.take(1)[0]);
        zooKeeper = new ZooKeeper(server.uri().getRawAuthority(), 5_000, event -> {});
    }

    @AfterEach
    void stop() throws Exception {
        clients.forEach(Registry::close);
        zooKeeper.close();
        server.close();
        scheduler.close();
    }

    @Test
    void aViewThatCannotBeDecodedLeavesTheOneBeforeInForce() throws Exception {
        RecordingListener heard = new RecordingListener();
        Registry a = client(heard);
        View before = join(a, "a", 1);
        byte[] record = zooKeeper.getData(ROOT + "/view", false, null);
        zooKeeper.setData(ROOT + "/view", RUBBISH, -1);
        a.refresh();
        zooKeeper.setData(ROOT + "/view", record, -1);
        join(client(new RecordingListener()), "b", 1);
        until(() -> heard.sees("b", 1));
        assertThat(heard.views()).filteredOn(view -> view.epoch() == 1).allMatch(before::equals);
        assertThat(heard.faults()).isEmpty();
    }

    @Test
    void aPresenceThatCannotBeDecodedIsNobody() throws Exception {
        RecordingListener heard = new RecordingListener();
        join(client(heard), "a", 1);
        zooKeeper.create(ROOT + "/members/rubbish", RUBBISH, org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE,
                org.apache.zookeeper.CreateMode.EPHEMERAL);
        join(client(new RecordingListener()), "b", 1);
        until(() -> heard.sees("b", 1));
        assertThat(heard.misses("rubbish")).isTrue();
    }

    @Test
    void aPresenceThatIsSpoiledCostsNoMembership() throws Exception {
        RecordingListener heard = new RecordingListener();
        join(client(heard), "a", 1);
        zooKeeper.setData(ROOT + "/members/a", RUBBISH, -1);
        zooKeeper.setData(ROOT + "/members/a", RUBBISH, -1);
        Registry b = client(new RecordingListener());
        until(() -> heard.last() != null);
        b.refresh();
        assertThat(heard.sees("a", 1)).isTrue();
    }

    @Test
    void aWipedTreeIsAnotherRegistryAndItsMembersComeBack() throws Exception {
        RecordingListener heard = new RecordingListener();
        Registry a = client(heard);
        View before = join(a, "a", 1);
        zooKeeper.multi(ZKUtil.listSubTreeBFS(zooKeeper, "/apps").reversed().stream().map(path -> Op.delete(path, -1))
                .toList());
        until(() -> heard.misses("a"));
        View after = join(a, "a", 2);
        assertThat(after.registryIncarnation()).isNotEqualTo(before.registryIncarnation());
        assertThat(after.epoch()).isEqualTo(1);
        assertThat(heard.faults()).isEmpty();
    }

    @Test
    void keepsTheLast64Views() throws Exception {
        Registry a = client(new RecordingListener());
        View last = null;
        for (int i = 1; i <= 70; i++) {
            last = join(a, "a", i);
        }
        assertThat(last).extracting(View::epoch).isEqualTo(70L);
        List<String> history = zooKeeper.getChildren(ROOT + "/history", false);
        assertThat(history).hasSize(64).anyMatch(name -> name.endsWith("-70")).noneMatch(name -> name.endsWith("-6"));
        assertThat(zooKeeper.getChildren(ROOT + "/processes", false)).hasSize(1);
    }

    private Registry client(RecordingListener listener) {
        Registry client = new ZooKeeperRegistryProvider().create(URI.create(server.uri() + "/apps"),
                new RegistrySettings("spoiled", Clock.SYSTEM, scheduler, Duration.ofSeconds(4),
                        Duration.ofSeconds(20)));
        clients.add(client);
        client.watch(listener);
        return client;
    }

    private static View join(Registry registry, String name, long incarnation) {
        return registry
                .join(Member.named(name, incarnation), new Profile(name, incarnation, "here", 1, Map.of(), Map.of()))
                .toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(condition);
    }
}
