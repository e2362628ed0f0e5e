/// Paired measurements: what is compared is run in turn, in one process, and reported as medians with their spread.
///
/// A [Benchmark] makes a [Report] of [Table]s and [Chart]s; [PairedRun] times loops against each other; [Benchmarks] knows
/// all there are.
@NullMarked
package dev.shortwire.bench;

import org.jspecify.annotations.NullMarked;
