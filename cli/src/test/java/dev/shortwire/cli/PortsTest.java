package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PortsTest {
    @Test
    void promisesNoPortTwice() {
        Ports ports = new Ports();
        Set<Integer> all = new HashSet<>();
        for (int round = 0; round < 150; round++) {
            List<Integer> some = ports.free(10);
            assertThat(some).hasSize(10);
            assertThat(all).doesNotContainAnyElementsOf(some);
            all.addAll(some);
        }
    }

    @Test
    void refusesAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            assertThatThrownBy(() -> new Ports().requireFree(taken.getLocalPort(), "set another"))
                    .isInstanceOf(CliException.class).hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageContaining("set another");
        }
    }
}
