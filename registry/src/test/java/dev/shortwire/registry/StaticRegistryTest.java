package dev.shortwire.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.FailureKind;
import dev.shortwire.PermanentException;
import dev.shortwire.registry.Registry.RegistryListener;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.spi.Clock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StaticRegistryTest {
    private static final String LIST = "static://b=127.0.0.1:8002,a=127.0.0.1:8001";

    private final Queue<Runnable> scheduled = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();

    @Test
    void tellsOneViewOfEpochOneWithTheAddressesAsHttpEndpoints() {
        Registry registry = watched(LIST, "c");
        runScheduled();
        assertThat(heard).hasSize(2).startsWith("reachable true");
        assertThat(heard.get(1)).contains("epoch=1").contains("name=a, incarnation=0, weight=100")
                .contains("a=127.0.0.1:8001").contains("b=127.0.0.1:8002");
        registry.refresh();
        runScheduled();
        assertThat(heard.getLast()).isEqualTo(heard.get(1));
    }

    @Test
    void addressesAreTheNamesWhereNoneAreGiven() {
        StaticList list = StaticList.parse(URI.create("static://127.0.0.1:8002,localhost:8001"));
        assertThat(list.view("c").members()).extracting(Member::name).containsExactly("127.0.0.1:8002",
                "localhost:8001");
    }

    @Test
    void theIncarnationDependsOnClusterNamesAndAddressesAndNotOnTheOrder() {
        long incarnation = incarnation(LIST, "c");
        assertThat(incarnation("static://a=127.0.0.1:8001,b=127.0.0.1:8002", "c")).isEqualTo(incarnation);
        assertThat(incarnation(LIST, "d")).isNotEqualTo(incarnation);
        assertThat(incarnation("static://a=127.0.0.1:8001,b=127.0.0.1:8003", "c")).isNotEqualTo(incarnation);
        assertThat(incarnation("static://a=127.0.0.1:8001,c=127.0.0.1:8002", "c")).isNotEqualTo(incarnation);
    }

    @Test
    void joiningSucceedsForWhoIsListedAndTellsTheListenerFirst() {
        Registry registry = watched(LIST, "c");
        var join = registry.join(Member.named("a", 5), profile("a")).toCompletableFuture();
        assertThat(join).isNotDone();
        runScheduled();
        assertThat(join.join().epoch()).isEqualTo(1);
        assertThat(heard).hasSize(3);
    }

    @Test
    void joiningFailsForWhoIsNotListedAndNamesTheList() {
        Registry registry = watched(LIST, "c");
        var join = registry.join(Member.named("x", 5), profile("x")).toCompletableFuture();
        assertThatThrownBy(join::join).hasCauseInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name=\"x\" is not in the static list (a, b)");
    }

    @Test
    void leavingAndReportsChangeNothing() {
        Registry registry = watched(LIST, "c");
        registry.reportGone("b", 0);
        var leave = registry.leave().toCompletableFuture();
        registry.refresh();
        runScheduled();
        assertThat(leave).isCompleted();
        assertThat(heard.getLast()).contains("name=a,").contains("name=b,").contains("epoch=1");
    }

    @Test
    void tellsNothingOnceClosed() {
        Registry registry = watched(LIST, "c");
        registry.close();
        registry.close();
        runScheduled();
        assertThat(heard).isEmpty();
        assertThatThrownBy(() -> registry.join(Member.named("a", 5), profile("a")).toCompletableFuture().join())
                .cause().isInstanceOfSatisfying(PermanentException.class,
                        e -> assertThat(e.kind()).isEqualTo(FailureKind.CLOSED));
    }

    @Test
    void isFoundByItsScheme() {
        assertThat(ServiceLoader.load(RegistryProvider.class)).extracting(RegistryProvider::scheme).contains("static");
    }

    @ParameterizedTest
    @ValueSource(strings = {"static:///", "static://a", "static://a=b", "static://a=127.0.0.1:0",
        "static://a=127.0.0.1:65536", "static://a=127.0.0.1:8001,", "static://a=127.0.0.1:8001,a=127.0.0.1:8002",
        "static://A=127.0.0.1:8001", "static://a=127.0.0.1:8001/path", "static://a=:8001", "static:a",
        "static://::1:8001", "static://127.0.0.1:8001,127.0.0.1:8001"})
    void refusesAMalformedList(String uri) {
        assertThatThrownBy(() -> new StaticRegistryProvider().create(URI.create(uri), settings("c")))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("registry=\"");
    }

    private Registry watched(String uri, String cluster) {
        Registry registry = new StaticRegistryProvider().create(URI.create(uri), settings(cluster));
        registry.watch(new RegistryListener() {
            @Override
            public void changed(View view, Map<String, Profile> profiles) {
                heard.add(view + " " + profiles.values().stream().map(p -> p.name() + p.endpoints().get("http"))
                        .map(text -> text.charAt(0) + "=" + text.substring(1)).sorted().toList());
            }

            @Override
            public void reachable(boolean reachable) {
                heard.add("reachable " + reachable);
            }
        });
        return registry;
    }

    private RegistrySettings settings(String cluster) {
        return new RegistrySettings(cluster, Clock.SYSTEM, (delay, task) -> {
            scheduled.add(task);
            return () -> {};
        }, Duration.ofSeconds(6), Duration.ofSeconds(10));
    }

    private static long incarnation(String uri, String cluster) {
        return StaticList.parse(URI.create(uri)).incarnation(cluster);
    }

    private static Profile profile(String name) {
        return new Profile(name, 5, "", 0, Map.of(), Map.of());
    }

    private void runScheduled() {
        while (!scheduled.isEmpty()) {
            scheduled.remove().run();
        }
    }
}
