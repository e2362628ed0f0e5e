package dev.shortwire.bench;

import dev.shortwire.ConfigurationException;
import dev.shortwire.wire.WireProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Every wire that this machine has, against a bare loop over the same primitive, between two real processes.
///
/// For each wire and fork two fresh processes are started, [BenchClient] and by it [BenchServer], so that no wire is
/// measured with what another left behind, neither compiled code nor threads. This process only waits meanwhile. A quick run takes up to five minutes, a full one, three
/// forks of each with all sizes, depths and forms of bodies, about an hour.
public final class WiresBench implements Benchmark {
    static final String NAME = "wires";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /// A measuring process tells something more often than that.
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "every wire between two processes against a bare loop over the same primitive";
    }

    @Override
    public Report run(BenchOptions options, Consumer<String> progress) {
        long start = System.nanoTime();
        Findings findings = new Findings();
        Set<State> states = states(options);
        WirePlan plan = new WirePlan(options.quick());
        List<WireProvider> providers = wanted(options);
        for (int fork = 0; fork < plan.forks(); fork++) {
            for (WireProvider provider : providers) {
                String unavailable = provider.unavailable();
                if (unavailable != null) {
                    findings.unavailable(provider.name(), unavailable);
                } else {
                    measure(plan.fork(provider.name(), states, fork == 0), findings, progress);
                }
            }
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        return new WiresReport(findings, options.quick(), plan.forks(), seconds).report(this);
    }

    private static List<WireProvider> wanted(BenchOptions options) {
        Set<String> known = new TreeSet<>();
        List<WireProvider> all = Serving.providers();
        all.forEach(provider -> known.add(provider.name()));
        Arrays.stream(State.values()).forEach(state -> known.add(state.label()));
        for (String word : options.only()) {
            if (!known.contains(word)) {
                throw new ConfigurationException("--only " + word + " must be one of " + String.join(", ", known));
            }
        }
        boolean some = all.stream().anyMatch(provider -> options.only().contains(provider.name()));
        return all.stream().filter(provider -> !some || options.only().contains(provider.name()))
                .sorted(Comparator.comparingInt(provider -> WirePlan.rank(provider.name()))).toList();
    }

    private static Set<State> states(BenchOptions options) {
        Set<State> some = EnumSet.noneOf(State.class);
        Arrays.stream(State.values()).filter(state -> options.only().contains(state.label())).forEach(some::add);
        return some.isEmpty() ? EnumSet.allOf(State.class) : some;
    }

    /// Has two processes measure a wire, and takes what they tell.
    static void measure(ForkPlan plan, Findings findings, Consumer<String> progress) {
        try (Child client = Child.start(BenchClient.class)) {
            client.tell(MAPPER.writeValueAsString(plan));
            while (true) {
                Event event = MAPPER.readValue(client.hear(PATIENCE), Event.class);
                switch (event.kind()) {
                    case STEP -> progress.accept(event.text());
                    case PAIRS -> findings.add(plan.comparisons().get(event.index()), event.pairs());
                    case IDLE -> findings.add(event.idle());
                    case FAILED -> {
                        progress.accept("failed: " + event.text());
                        findings.failed(event.text());
                    }
                    case DONE -> {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            findings.failed(plan.wire() + ": " + e.getMessage());
        }
    }

    /// What has been found so far, over all forks. Confined to one thread.
    static final class Findings {
        private final Map<Comparison, List<Slice.Pair>> pairs = new LinkedHashMap<>();
        private final List<Idle> idle = new ArrayList<>();
        private final Map<String, String> unavailable = new LinkedHashMap<>();
        private final List<String> failures = new ArrayList<>();

        void add(Comparison comparison, List<Slice.Pair> more) {
            pairs.computeIfAbsent(comparison, ignored -> new ArrayList<>()).addAll(more);
        }

        void add(@Nullable Idle found) {
            if (found != null) {
                idle.add(found);
            }
        }

        void unavailable(String wire, String why) {
            unavailable.put(wire, why);
        }

        void failed(String what) {
            failures.add(what);
        }

        /// A row for each comparison, wires in their order.
        List<WireRow> rows() {
            return pairs.entrySet().stream().map(entry -> new WireRow(entry.getKey(), entry.getValue()))
                    .sorted(Comparator.comparingInt(row -> WirePlan.rank(row.comparison().wire()))).toList();
        }

        List<Idle> idle() {
            return idle.stream().sorted(Comparator.comparingInt(found -> WirePlan.rank(found.wire()))).toList();
        }

        Map<String, String> unavailable() {
            return unavailable;
        }

        List<String> failures() {
            return failures;
        }
    }
}
