package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.Node;
import dev.shortwire.Node.LinkCandidate;
import dev.shortwire.Node.PeerLinks;
import dev.shortwire.registry.MemoryHub;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WirePolicyTest {
    private static final List<String> THERE = List.of("grpc", "http", "in-process", "shm", "tcp", "udp", "uds", "zzz");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "auto|in-process,shm,uds,tcp,grpc,http,zzz",
        "ipc|shm,uds",
        "tcp|tcp",
        "http, uds|http,uds",
        "!http|in-process,shm,uds,tcp,grpc,zzz",
        "auto,!ipc|in-process,tcp,grpc,http,zzz",
        "tcp,auto|tcp,in-process,shm,uds,grpc,http,zzz",
        "auto,shm|in-process,uds,tcp,grpc,http,zzz,shm",
        "ipc,!shm,http|uds,http",
        "auto,udp|in-process,shm,uds,tcp,grpc,http,zzz,udp"})
    void saysWhichWiresInWhichOrder(String policy, String expected) {
        assertThat(WirePolicy.parse(policy).order(THERE)).containsExactly(expected.split(","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a b", "UDS", "!", "!auto", "tcp,tcp", "tcp,!tcp", "auto,auto", "tcp,,uds"})
    void refusesWhatIsNoList(String policy) {
        assertThatThrownBy(() -> WirePolicy.parse(policy)).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("wires=" + policy);
    }

    @Test
    void refusesNamesThatNobodyKnows() {
        assertThatThrownBy(() -> Shortwire.node("a").wires("string").start())
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("wires=string names string")
                .hasMessageContaining("in-process");
        assertThatThrownBy(() -> Shortwire.checkWires("!strnig")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("forbids strnig");
        assertThatThrownBy(() -> Shortwire.node("a").wires("in-process,!ipc,!in-process").start())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void saysOfEveryWireWhetherItIsUsedAndWhyNot() {
        MemoryHub hub = new MemoryHub(1);
        try (Node a = Shortwire.node("a").registry(hub).wires("auto,!http").start();
                Node b = Shortwire.node("b").registry(hub).wires("auto,!http").start()) {
            Awaitility.await().until(() -> a.links().stream().anyMatch(link -> link.wire().equals("in-process")));
            PeerLinks links = a.links().getFirst();
            assertThat(links.peer()).isEqualTo(b.name());
            assertThat(links.state()).isEqualTo("linked");
            LinkCandidate chosen = links.candidates().getFirst();
            assertThat(chosen.wire()).isEqualTo("in-process");
            assertThat(chosen.state()).isEqualTo("chosen");
            assertThat(links.history()).isNotEmpty();
            assertThat(links.history().getFirst().reason()).isEqualTo("first link");
        }
    }
}
