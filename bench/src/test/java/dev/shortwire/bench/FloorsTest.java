package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@EnabledOnOs(OS.LINUX)
final class FloorsTest {
    static Stream<String> names() {
        return Floors.all().stream().map(Floor::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void answersEverySizeAsleepAndAwake(String name) throws IOException {
        Floor floor = Floors.named(name);
        try (Floor.Server server = floor.serve(); Exchange exchange = floor.connect(server.address())) {
            assertThat(exchange.name()).isEqualTo(name);
            for (Body.Form form : Body.Form.values()) {
                for (int bytes : new int[] {100, 60_000}) {
                    exchange.ask(Body.of(form, bytes));
                    exchange.wake();
                    exchange.call();
                    exchange.call();
                    exchange.rest();
                    exchange.call();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void keepsManyCallsUnderWayAndEndsThemAll(String name) throws IOException {
        Floor floor = Floors.named(name);
        try (Floor.Server server = floor.serve(); Exchange exchange = floor.connect(server.address())) {
            Histogram sampled = new Histogram();
            for (int outstanding : new int[] {1, 64}) {
                exchange.wake();
                exchange.ask(Body.of(Body.Form.BYTES, 100));
                long calls = exchange.pipeline(outstanding, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5),
                        sampled);
                assertThat(calls).isGreaterThanOrEqualTo(outstanding);
                exchange.rest();
                exchange.call();
            }
            assertThat(sampled.count()).isPositive();
        }
    }

    @Test
    void namesThoseThereAre() {
        assertThat(names()).doesNotHaveDuplicates();
        assertThatThrownBy(() -> Floors.named("bare")).hasMessageContaining("floor=bare must be one of direct-call,");
    }
}
