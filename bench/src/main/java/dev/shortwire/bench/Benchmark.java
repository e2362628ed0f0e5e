package dev.shortwire.bench;

import java.util.function.Consumer;

/// Something that can be measured, under a name. A new one is added to the list in [Benchmarks].
public interface Benchmark {
    /// What it is called on the command line: a lower-case word.
    String name();

    /// One line on what is compared.
    String description();

    /// Measures; blocks for up to 30 s if [BenchOptions#quick()], else up to 2 minutes, unless the benchmark says otherwise.
    /// One run at a time on a machine, or they disturb each other.
    ///
    /// @param progress is told in a few words what is done next
    /// @throws dev.shortwire.ConfigurationException if the options name a part that it does not have
    Report run(BenchOptions options, Consumer<String> progress);
}
