package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.Registry;
import dev.shortwire.registry.RegistryProvider.RegistrySettings;
import dev.shortwire.registry.View;
import dev.shortwire.spi.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What makes a registry a registry. An adapter's test extends this and says how to open a client; each client stands
/// for one process. After each test, no listener may have been called by two threads at once or been told an earlier
/// epoch.
///
/// Long, since it is the one place where the contract can be read as code.
public abstract class RegistryContractTest {
    /// Bound of every wait: generous, as nothing here measures speed.
    protected static final Duration LIMIT = Duration.ofSeconds(30);

    /// Breaks the way between one client and the registry. Each method returns when it has taken effect there.
    public interface Faults {
        /// Cuts the client off; its session goes on.
        void disconnect(Registry client);

        /// Lets it through again.
        void reconnect(Registry client);

        /// Ends the client's session as if it had been silent for too long, and leaves it connected, or able to
        /// connect.
        void expire(Registry client);
    }

    /// A process of the test: its client and what that was told.
    protected record Party(Registry registry, RecordingListener heard) {}

    private final List<Party> processes = new ArrayList<>();
    private final ThreadScheduler scheduler = new ThreadScheduler();

    /// A new client with a session of its own, of one cluster per test.
    protected abstract Registry open(RegistrySettings settings);

    /// How to break things, or null for a registry that has nothing that breaks.
    protected abstract @Nullable Faults faults();

    /// Settings for short tests.
    protected RegistrySettings settings() {
        return new RegistrySettings("contract", Clock.SYSTEM, scheduler, Duration.ofSeconds(2), Duration.ofSeconds(5));
    }

    @AfterEach
    final void noRegistryMisbehaved() {
        processes.forEach(process -> process.registry().close());
        scheduler.close();
        assertThat(processes).allSatisfy(process -> assertThat(process.heard().faults()).isEmpty());
    }

    // ---- joining and leaving

    @Test
    void tellsAnObserverTheViewWithoutItsJoining() {
        Party observer = start();
        assertThat(last(observer).epoch()).isZero();
        Party a = started("a", 1);
        until(() -> observer.heard().sees("a", 1));
        assertThat(last(observer)).isEqualTo(last(a));
    }

    @Test
    void joinPutsTheProcessIntoTheViewOfAll() {
        Party a = started("a", 1);
        Party b = started("b", 2);
        until(() -> a.heard().sees("b", 2) && b.heard().sees("a", 1));
        assertThat(last(a)).isEqualTo(last(b));
        assertThat(last(a).members()).containsExactly(member("a", 1), member("b", 2));
    }

    @Test
    void joinCompletesWithAViewThatTheListenerHasBeenTold() {
        Party a = start();
        View joined = get(a.registry().join(member("a", 1), profile("a", 1)));
        assertThat(joined.has("a", 1)).isTrue();
        assertThat(a.heard().sees("a", 1)).isTrue();
        assertThat(last(a).epoch()).isGreaterThanOrEqualTo(joined.epoch());
    }

    @Test
    void leaveTakesTheProcessOutOfTheViewOfAll() {
        Party a = started("a", 1);
        Party b = started("b", 1);
        get(a.registry().leave());
        until(() -> b.heard().misses("a"));
        until(() -> a.heard().misses("a"));
        assertThat(last(b).members()).containsExactly(member("b", 1));
    }

    @Test
    void leaveIsSafeToRepeatAndBeforeJoining() {
        Party a = start();
        get(a.registry().leave());
        get(a.registry().join(member("a", 1), profile("a", 1)));
        get(a.registry().leave());
        get(a.registry().leave());
        until(() -> a.heard().misses("a"));
    }

    @Test
    void theLastToLeaveLeavesAnEmptyViewOfALaterEpoch() {
        Party observer = start();
        Party a = started("a", 1);
        get(a.registry().leave());
        until(() -> observer.heard().misses("a") && last(observer).epoch() == 2);
        assertThat(last(observer).members()).isEmpty();
    }

    @Test
    void aProcessThatLeftComesBackAsANewIncarnation() {
        Party a = started("a", 1);
        Party b = started("b", 1);
        get(a.registry().leave());
        get(a.registry().join(member("a", 2), profile("a", 2)));
        until(() -> b.heard().sees("a", 2));
        assertThat(last(b).epoch()).isEqualTo(4);
    }

    @Test
    void aNewIncarnationTakesThePlaceOfTheOldWithinOneEpoch() {
        Party b = started("b", 1);
        Party a = started("a", 1);
        long before = get(a.registry().join(member("a", 1), profile("a", 1))).epoch();
        View after = get(a.registry().join(member("a", 2), profile("a", 2)));
        assertThat(after.has("a", 2)).isTrue();
        assertThat(after.epoch()).isEqualTo(before + 1);
        until(() -> b.heard().sees("a", 2));
    }

    @Test
    void aNameIsFreeOnceItsProcessHasClosed() {
        Party first = started("a", 1);
        first.registry().close();
        Party second = started("a", 2);
        assertThat(second.heard().sees("a", 2)).isTrue();
    }

    @Test
    void refusesANameThatALivingProcessHolds() {
        Party a = started("a", 1);
        Party impostor = start();
        assertThat(failure(impostor.registry().join(member("a", 2), profile("a", 2))).kind())
                .isEqualTo(FailureKind.CONFIGURATION);
        Party b = started("b", 1);
        assertThat(b.heard().sees("a", 1)).isTrue();
        assertThat(a.heard().sees("a", 1)).isTrue();
    }

    @Test
    void aChangeOfWeightIsAChangeOfTheView() {
        Party observer = start();
        Party a = started("a", 1);
        get(a.registry().join(new Member("a", 1, 200), profile("a", 1)));
        until(() -> last(observer).members().equals(List.of(new Member("a", 1, 200))));
        assertThat(last(observer).epoch()).isEqualTo(2);
    }

    // ---- epochs

    @Test
    void twentyRacingJoinsAllGetIn() {
        List<Party> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(start());
        }
        List<CompletableFuture<View>> joins = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String name = "n" + i;
            joins.add(all.get(i).registry().join(member(name, 7), profile(name, 7)).toCompletableFuture());
        }
        joins.forEach(RegistryContractTest::get);
        until(() -> all.stream().allMatch(process -> last(process).members().size() == 20));
        assertThat(all).allSatisfy(process -> assertThat(last(process)).isEqualTo(last(all.getFirst())));
        assertThat(last(all.getFirst()).epoch()).isBetween(1L, 20L);
    }

    @Test
    void allProcessesSeeTheSameMembersAtTheSameEpoch() {
        List<Party> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(start());
        }
        for (int round = 1; round <= 5; round++) {
            List<CompletableFuture<?>> changes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Registry registry = all.get(i).registry();
                changes.add((round + i) % 3 == 0
                        ? registry.leave().toCompletableFuture()
                        : registry.join(member("n" + i, round), profile("n" + i, round)).toCompletableFuture());
            }
            changes.forEach(RegistryContractTest::get);
        }
        long epoch = newestEpoch(all);
        until(() -> all.stream().allMatch(process -> last(process).epoch() >= epoch));
        Map<Long, List<View>> byEpoch = all.stream().flatMap(process -> process.heard().views().stream()).distinct()
                .collect(Collectors.groupingBy(View::epoch));
        assertThat(byEpoch.values()).allSatisfy(views -> assertThat(views).hasSize(1));
    }

    @Test
    void refreshTellsTheNewestView() {
        Party a = start();
        int told = a.heard().views().size();
        a.registry().refresh();
        until(() -> a.heard().views().size() > told);
        Party b = started("b", 1);
        a.registry().refresh();
        until(() -> a.heard().sees("b", 1));
        assertThat(last(a)).isEqualTo(last(b));
    }

    // ---- profiles

    @Test
    void publishesTheProfileOfEveryMember() {
        Party a = started("a", 1);
        Party b = started("b", 2);
        until(() -> a.heard().profile("b") != null && b.heard().profile("a") != null);
        assertThat(a.heard().profile("b")).isEqualTo(profile("b", 2));
        assertThat(b.heard().profile("a")).isEqualTo(profile("a", 1));
    }

    @Test
    void joiningAgainAsTheSameProcessChangesTheProfileAndNoEpoch() {
        Party a = started("a", 1);
        Party b = started("b", 1);
        long epoch = last(b).epoch();
        Profile moved = new Profile("a", 1, "elsewhere", 17, Map.of("http", "127.0.0.1:9"),
                Map.of("api", "x", "é", "钥"));
        get(a.registry().join(member("a", 1), moved));
        until(() -> moved.equals(b.heard().profile("a")));
        assertThat(last(b).epoch()).isEqualTo(epoch);
    }

    // ---- proof of death

    @Test
    void takesOutAProcessThatIsReportedGone() {
        Party a = started("a", 1);
        Party b = started("b", 1);
        until(() -> b.heard().sees("a", 1));
        b.registry().reportGone("a", 1);
        until(() -> b.heard().misses("a"));
        until(() -> a.heard().misses("a"));
    }

    @Test
    void ignoresAReportAboutAnotherIncarnation() {
        Party a = started("a", 5);
        Party b = started("b", 1);
        b.registry().reportGone("a", 4);
        b.registry().reportGone("nobody", 4);
        Party c = started("c", 1);
        until(() -> b.heard().sees("c", 1));
        assertThat(last(b).has("a", 5)).isTrue();
        assertThat(last(c).epoch()).isEqualTo(3);
        assertThat(a.heard().sees("a", 5)).isTrue();
    }

    @Test
    void aProcessWronglyReportedGoneIsToldAndCanJoinAgain() {
        Party a = started("a", 1);
        Party b = started("b", 1);
        b.registry().reportGone("a", 1);
        until(() -> a.heard().misses("a"));
        get(a.registry().join(member("a", 2), profile("a", 2)));
        until(() -> b.heard().sees("a", 2));
    }

    // ---- the way to the registry breaks

    @Test
    void viewsStayAndJoinsRefuseWhileTheRegistryIsAway() {
        Faults faults = needed(faults());
        Party a = started("a", 1);
        Party b = started("b", 1);
        Party late = start();
        until(() -> late.heard().sees("b", 1) && a.heard().sees("b", 1) && late.heard().isReachable());
        View before = last(late);
        faults.disconnect(late.registry());
        until(() -> !late.heard().isReachable());
        ShortwireException refused = failure(late.registry().join(member("late", 1), profile("late", 1)));
        assertThat(refused.kind()).isEqualTo(FailureKind.REGISTRY_AWAY);
        get(b.registry().leave());
        until(() -> a.heard().misses("b"));
        assertThat(last(late)).isEqualTo(before);
        faults.reconnect(late.registry());
        until(() -> late.heard().isReachable() && late.heard().misses("b"));
        assertThat(last(a).member("late")).isNull();
        get(late.registry().join(member("late", 2), profile("late", 2)));
        until(() -> a.heard().sees("late", 2));
    }

    @Test
    void aShortAbsenceCostsNoMembership() {
        Faults faults = needed(faults());
        Party a = started("a", 1);
        Party b = started("b", 1);
        until(() -> a.heard().sees("b", 1));
        long epoch = last(b).epoch();
        faults.disconnect(a.registry());
        until(() -> !a.heard().isReachable());
        faults.reconnect(a.registry());
        until(() -> a.heard().isReachable());
        Party c = started("c", 1);
        until(() -> a.heard().sees("c", 1));
        assertThat(last(c).has("a", 1)).isTrue();
        assertThat(last(c).epoch()).isEqualTo(epoch + 1);
    }

    @Test
    void aReportMadeWhileAwayIsCarriedOutOnReturn() {
        Faults faults = needed(faults());
        Party a = started("a", 1);
        Party b = started("b", 1);
        until(() -> b.heard().sees("a", 1));
        faults.disconnect(b.registry());
        until(() -> !b.heard().isReachable());
        b.registry().reportGone("a", 1);
        faults.reconnect(b.registry());
        until(() -> b.heard().misses("a") && a.heard().misses("a"));
    }

    @Test
    void aProcessWhoseSessionEndedIsOutIsToldAndCanJoinAgain() {
        Faults faults = needed(faults());
        Party a = started("a", 1);
        Party b = started("b", 1);
        until(() -> b.heard().sees("a", 1) && a.heard().sees("b", 1));
        faults.expire(a.registry());
        until(() -> b.heard().misses("a"));
        until(() -> a.heard().misses("a") && a.heard().isReachable());
        get(a.registry().join(member("a", 2), profile("a", 2)));
        until(() -> b.heard().sees("a", 2));
    }

    // ---- closing

    @Test
    void closeTakesTheProcessOutAndEndsAllCalls() {
        Party a = started("a", 1);
        Party b = started("b", 1);
        until(() -> a.heard().sees("b", 1));
        a.registry().close();
        a.registry().close();
        int told = a.heard().views().size();
        until(() -> b.heard().misses("a"));
        get(b.registry().leave());
        until(() -> b.heard().misses("b"));
        assertThat(a.heard().views()).hasSize(told);
        assertThat(failure(a.registry().join(member("a", 2), profile("a", 2))).kind()).isEqualTo(FailureKind.CLOSED);
    }

    @Test
    void watchesOnce() {
        Party a = start();
        assertThatThrownBy(() -> a.registry().watch(new RecordingListener()))
                .isInstanceOf(IllegalStateException.class);
    }

    // ---- helpers

    /// A process that watches and was told a view.
    protected final Party start() {
        Party process = startAway();
        until(() -> process.heard().last() != null);
        return process;
    }

    /// A process that watches a registry which may be away.
    protected final Party startAway() {
        Party process = new Party(open(settings()), new RecordingListener());
        processes.add(process);
        process.registry().watch(process.heard());
        return process;
    }

    /// A process that has joined.
    protected final Party started(String name, long incarnation) {
        Party process = start();
        get(process.registry().join(member(name, incarnation), profile(name, incarnation)));
        return process;
    }

    protected static Member member(String name, long incarnation) {
        return Member.named(name, incarnation);
    }

    protected static Profile profile(String name, long incarnation) {
        return new Profile(name, incarnation, "here", 42, Map.of("http", "127.0.0.1:1"), Map.of());
    }

    protected static View last(Party process) {
        return Objects.requireNonNull(process.heard().last(), "no view was told");
    }

    protected static void until(Callable<Boolean> condition) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    protected static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// What the stage failed with.
    protected static ShortwireException failure(CompletionStage<?> stage) {
        try {
            get(stage);
        } catch (CompletionException e) {
            if (e.getCause() instanceof ShortwireException cause) {
                return cause;
            }
            throw e;
        }
        throw new AssertionError("should have failed");
    }

    private static long newestEpoch(List<Party> all) {
        return all.stream().mapToLong(process -> last(process).epoch()).max().orElseThrow();
    }

    private static Faults needed(@Nullable Faults faults) {
        assumeTrue(faults != null, "this registry has nothing that breaks");
        return Objects.requireNonNull(faults);
    }
}
