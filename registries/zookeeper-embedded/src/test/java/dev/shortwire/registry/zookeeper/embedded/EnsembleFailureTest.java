package dev.shortwire.registry.zookeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.RetryableException;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.ZooKeeperRegistryProvider;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper.Start;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.RecordingListener;
import dev.shortwire.testkit.ThreadScheduler;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the registry does while its servers fail.
final class EnsembleFailureTest {
    @TempDir
    Path dir;

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final List<Registry> clients = new ArrayList<>();
    private Ensemble ensemble;

    @BeforeEach
    void start() {
        ensemble = Ensemble.start(dir);
    }

    @AfterEach
    void stop() {
        clients.forEach(Registry::close);
        ensemble.close();
        scheduler.close();
    }

    @Test
    void viewsGoOnChangingWhicheverServerIsStopped() {
        RecordingListener heardByA = new RecordingListener();
        RecordingListener heardByB = new RecordingListener();
        join(client(heardByA), "a", 1);
        Registry b = client(heardByB);
        join(b, "b", 1);
        until(() -> heardByA.sees("b", 1));
        for (int id = 1; id <= 3; id++) {
            ensemble.stop(id);
            long incarnation = 1L + id;
            until(() -> joined(b, "b", incarnation));
            until(() -> heardByA.sees("b", incarnation));
            assertThat(heardByA.sees("a", 1)).isTrue();
            ensemble.start(id, Start.AGAIN);
        }
        assertThat(heardByA.faults()).isEmpty();
        assertThat(heardByB.faults()).isEmpty();
    }

    @Test
    void withoutAMajorityViewsStayAndJoinsRefuseAndAfterwardsAllGoesOn() {
        RecordingListener heard = new RecordingListener();
        Registry a = client(heard);
        View before = join(a, "a", 1);
        ensemble.stop(1);
        ensemble.stop(2);
        until(() -> !heard.isReachable());
        RecordingListener late = new RecordingListener();
        Registry b = client(late);
        assertThatThrownBy(() -> join(b, "b", 1)).hasCauseInstanceOf(RetryableException.class).cause()
                .extracting("kind").isEqualTo(FailureKind.REGISTRY_AWAY);
        assertThatThrownBy(() -> a.leave().toCompletableFuture().join()).cause().extracting("kind")
                .isEqualTo(FailureKind.REGISTRY_AWAY);
        assertThat(heard.last()).isEqualTo(before);
        ensemble.start(1, Start.AGAIN);
        until(heard::isReachable);
        until(() -> heard.misses("a"));
        join(b, "b", 2);
        until(() -> heard.sees("b", 2));
        assertThat(late.views()).allMatch(view -> view.registryIncarnation() == before.registryIncarnation());
    }

    @Test
    void aMemberSurvivesAnEnsembleThatIsAwayForLongerThanItsSession() {
        RecordingListener heard = new RecordingListener();
        Registry a = client(heard);
        View before = join(a, "a", 1);
        List.of(1, 2, 3).forEach(ensemble::stop);
        until(() -> !heard.isReachable());
        long stopped = System.nanoTime();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> System.nanoTime() - stopped > TimeUnit.MILLISECONDS.toNanos(5_000));
        List.of(1, 2, 3).forEach(id -> ensemble.start(id, Start.FIRST));
        until(heard::isReachable);
        RecordingListener other = new RecordingListener();
        join(client(other), "b", 1);
        until(() -> heard.sees("b", 1));
        assertThat(heard.last()).isEqualTo(other.last());
        assertThat(heard.sees("a", 1)).isTrue();
        assertThat(heard.views()).allMatch(view -> view.has("a", 1) || view.epoch() < before.epoch());
    }

    @Test
    void aServerWithAnEmptyDirectoryComesBackOnlyIfTheOthersServe() throws IOException {
        RecordingListener heard = new RecordingListener();
        Registry a = client(heard);
        join(a, "a", 1);
        ensemble.stop(3);
        delete(ensemble.dirOf(3));
        ensemble.start(3, Start.AGAIN);
        ensemble.stop(2);
        until(() -> joined(a, "a", 2));
        ensemble.stop(3);
        delete(ensemble.dirOf(3));
        assertThatThrownBy(() -> ensemble.start(3, Start.AGAIN)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is empty and the others").hasMessageContaining("don't serve without it");
    }

    @Test
    void aDirectoryOfAnotherServerIsRefused() {
        ensemble.stop(2);
        assertThatThrownBy(() -> EmbeddedZooKeeper.of(ensemble.servers, 2, ensemble.dirOf(1), Start.FIRST))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("belongs to \"server 1 of");
    }

    private Registry client(RecordingListener listener) {
        URI uri = URI.create("zookeeper://" + ensemble.ports().stream().map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(",")));
        Registry client = new ZooKeeperRegistryProvider().create(uri, new RegistrySettings("failures", Clock.SYSTEM,
                scheduler, Duration.ofSeconds(4), Duration.ofSeconds(5)));
        clients.add(client);
        client.watch(listener);
        return client;
    }

    private static View join(Registry registry, String name, long incarnation) {
        return registry
                .join(Member.named(name, incarnation),
                        new Profile(name, incarnation, "here", 1, Map.of(), Map.of()))
                .toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    /// Whether joining succeeds; a registry that is away for a moment is asked again.
    private static boolean joined(Registry registry, String name, long incarnation) {
        try {
            return join(registry, name, incarnation).has(name, incarnation);
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof RetryableException) {
                return false;
            }
            throw e;
        }
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
