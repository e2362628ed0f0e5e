package dev.shortwire.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.shortwire.registry.Registry.RegistryListener;
import dev.shortwire.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What the model does beyond the contract: it runs only when it is let, it lags and skips, and it can be wiped.
final class MemoryRegistryTest {
    private final Queue<Runnable> deliveries = new ArrayDeque<>();
    private final Scheduler never = (delay, task) -> () -> {};
    private final MemoryHub hub = new MemoryHub(1);
    private final MemoryRegistry a = hub.client(never, deliveries::add, Duration.ofSeconds(1));
    private final MemoryRegistry b = hub.client(never, deliveries::add, Duration.ofSeconds(1));
    private final List<Long> epochs = new ArrayList<>();

    @Test
    void tellsNothingUntilTheExecutorRuns() {
        a.watch(epochsInto());
        var joined = join(b, "b", 1);
        assertThat(epochs).isEmpty();
        assertThat(joined).isNotDone();
        run();
        assertThat(epochs).containsExactly(0L, 1L);
        assertThat(joined).isCompletedWithValueMatching(view -> view.epoch() == 1);
    }

    @Test
    void callsTheListenerDirectlyWithoutHoldingTheLock() {
        MemoryRegistry direct = hub.client(never, Runnable::run, Duration.ofSeconds(1));
        direct.watch(new RegistryListener() {
            @Override
            public void changed(View view, Map<String, Profile> profiles) {
                epochs.add(view.epoch());
                if (view.epoch() == 1) {
                    join(direct, "c", 1);
                }
            }

            @Override
            public void reachable(boolean reachable) {}
        });
        join(b, "b", 1);
        assertThat(hub.view().epoch()).isEqualTo(2);
        assertThat(epochs).startsWith(0L, 1L).endsWith(2L);
    }

    @Test
    void lagsAndThenTellsEveryViewOrOnlyTheNewest() {
        a.watch(epochsInto());
        run();
        a.lag();
        join(b, "b", 1);
        join(b, "b", 2);
        run();
        assertThat(epochs).containsExactly(0L);
        a.catchUp(true);
        run();
        assertThat(epochs).containsExactly(0L, 1L, 2L);
        a.lag();
        join(b, "b", 3);
        join(b, "b", 4);
        a.catchUp(false);
        run();
        assertThat(epochs).containsExactly(0L, 1L, 2L, 4L);
    }

    @Test
    void aRefreshOvertakesWhatWasHeldBack() {
        a.watch(epochsInto());
        a.lag();
        join(b, "b", 1);
        join(b, "b", 2);
        a.refresh();
        run();
        a.catchUp(true);
        run();
        assertThat(epochs).containsExactly(0L, 2L);
    }

    @Test
    void aWipedRegistryHasAnotherIncarnationAndStartsOver() {
        a.watch(epochsInto());
        join(b, "b", 1);
        hub.wipe(2);
        run();
        assertThat(hub.view()).isEqualTo(View.empty(2));
        assertThat(epochs).containsExactly(0L, 1L, 0L);
        assertThat(hub.history()).hasSize(3);
    }

    @Test
    void aProcessThatExpiredWhileAwayLearnsOfItOnReturn() {
        a.watch(epochsInto());
        join(a, "a", 1);
        run();
        a.disconnect();
        a.expire();
        run();
        assertThat(epochs).endsWith(1L);
        assertThat(hub.view().members()).isEmpty();
        a.reconnect();
        run();
        assertThat(epochs).endsWith(2L);
    }

    private RegistryListener epochsInto() {
        return new RegistryListener() {
            @Override
            public void changed(View view, Map<String, Profile> profiles) {
                epochs.add(view.epoch());
            }

            @Override
            public void reachable(boolean reachable) {}
        };
    }

    @CanIgnoreReturnValue
    private static CompletableFuture<View> join(Registry registry, String name, long incarnation) {
        return registry.join(Member.named(name, incarnation),
                new Profile(name, incarnation, "", 0, Map.of(), Map.of())).toCompletableFuture();
    }

    private void run() {
        while (!deliveries.isEmpty()) {
            deliveries.remove().run();
        }
    }
}
