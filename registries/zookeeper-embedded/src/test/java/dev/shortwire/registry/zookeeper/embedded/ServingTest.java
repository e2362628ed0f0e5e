package dev.shortwire.registry.zookeeper.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServingTest {
    @Test
    void tellsServersThatServeFromThoseWithoutAMajority(@TempDir Path dir) {
        int[] ports = FreePorts.take(9);
        List<EnsembleServer> all = List.of(new EnsembleServer(1, "127.0.0.1", ports[0], ports[1], ports[2]),
                new EnsembleServer(2, "127.0.0.1", ports[3], ports[4], ports[5]),
                new EnsembleServer(3, "127.0.0.1", ports[6], ports[7], ports[8]));
        try (EmbeddedZooKeeper one = EmbeddedZooKeeper.of(all, 1, dir.resolve("1"), Start.FIRST)) {
            assertThat(one.uri()).isNotNull();
            assertThat(Serving.await(all.subList(0, 1), Duration.ofMillis(200))).isFalse();
            try (EmbeddedZooKeeper two = EmbeddedZooKeeper.of(all, 2, dir.resolve("2"), Start.FIRST)) {
                assertThat(two.uri()).isEqualTo(one.uri());
                assertThat(Serving.await(all.subList(0, 2), Duration.ofSeconds(30))).isTrue();
                assertThat(Serving.await(all, Duration.ofMillis(100))).isFalse();
            }
        }
    }

    @Test
    void refusesADirectoryThatAnotherServerUses(@TempDir Path dir) {
        int[] ports = FreePorts.take(2);
        try (EmbeddedZooKeeper one = EmbeddedZooKeeper.standalone(dir, ports[0])) {
            assertThat(one.uri()).isNotNull();
            assertThatThrownBy(() -> EmbeddedZooKeeper.standalone(dir, ports[1]))
                    .isInstanceOf(ConfigurationException.class).hasMessageContaining("another registry server");
        }
        EmbeddedZooKeeper.standalone(dir, ports[1]).close();
    }

    @Test
    void saysAtOnceThatADirectoryCannotBeUsed(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "no folder");
        assertThatThrownBy(() -> EmbeddedZooKeeper.standalone(file, FreePorts.take(1)[0]))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("can't be used");
    }
}
