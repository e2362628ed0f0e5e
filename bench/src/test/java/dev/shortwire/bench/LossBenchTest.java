package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

@EnabledOnOs(OS.LINUX)
final class LossBenchTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Test
    void repeatsDatagramsUntilTheyAreAnswered() throws IOException {
        try (Floor.Server server = new DatagramFloor().serve();
                Exchange exchange = new RepeatedDatagrams(
                        new InetSocketAddress(Floors.host(), Integer.parseInt(server.address())))) {
            exchange.ask(Body.of(Body.Form.BYTES, 100));
            exchange.call();
            Histogram histogram = new Histogram();
            long calls = exchange.pipeline(16, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20), histogram);
            assertThat(calls).isGreaterThanOrEqualTo(16);
            assertThat(histogram.count()).isEqualTo(calls);
        }
    }

    @Test
    void reachesAnotherNamespaceThroughLosses() throws IOException {
        LossyNetwork network = network();
        assumeTrue(network != null, "needs root, /dev/net/tun and the command ip");
        try (network;
                Child server = Child.start(network.atServer(), LossyNetwork.SERVER_HOST, BenchServer.class);
                Child client = Child.start(network.atClient(), LossyNetwork.SERVER_HOST, LossClient.class);
                RemoteServing serving = new RemoteServing(server)) {
            String address = serving.floor(DatagramFloor.NAME);
            network.lose(0.3);
            client.tell(MAPPER.writeValueAsString(new LossClient.Task(RepeatedDatagrams.NAME, address, 4, 50)));
            LossClient.Result result = MAPPER.readValue(client.hear(Duration.ofSeconds(30)), LossClient.Result.class);
            assertThat(result.error()).isNull();
            assertThat(result.calls()).isGreaterThanOrEqualTo(4);
        }
    }

    private static @Nullable LossyNetwork network() {
        try {
            return new LossyNetwork();
        } catch (IOException e) {
            return null;
        }
    }
}
