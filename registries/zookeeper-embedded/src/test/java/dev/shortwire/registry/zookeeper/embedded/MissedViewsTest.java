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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A client that is told of a change only after several more have followed hears of each, from the history.
final class MissedViewsTest {
    private static final int CHANGES = 20;

    @Test
    void everyViewIsToldHoweverFastTheyFollow(@TempDir Path dir) throws Exception {
        try (ThreadScheduler scheduler = new ThreadScheduler();
                EmbeddedZooKeeper server = EmbeddedZooKeeper.standalone(dir, FreePorts.take(1)[0])) {
            RegistrySettings settings = new RegistrySettings("missed", Clock.SYSTEM, scheduler, Duration.ofSeconds(6),
                    Duration.ofSeconds(20));
            RecordingListener heard = new RecordingListener();
            try (Registry observer = new ZooKeeperRegistryProvider().create(server.uri(), settings);
                    Registry busy = new ZooKeeperRegistryProvider().create(server.uri(), settings)) {
                observer.watch(heard);
                await().atMost(Duration.ofSeconds(20)).until(() -> heard.last() != null);
                busy.watch(new RecordingListener());
                View last = View.empty(0);
                for (long incarnation = 1; incarnation <= CHANGES; incarnation++) {
                    last = busy.join(Member.named("busy", incarnation),
                            new Profile("busy", incarnation, "", 0, Map.of(), Map.of())).toCompletableFuture()
                            .get(20, TimeUnit.SECONDS);
                }
                long end = last.epoch();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> heard.views().stream().anyMatch(view -> view.epoch() == end));
                List<Long> epochs = heard.views().stream().map(View::epoch).distinct().toList();
                assertThat(epochs).isEqualTo(LongStream.rangeClosed(epochs.getFirst(), end).boxed().toList());
            }
        }
    }
}
