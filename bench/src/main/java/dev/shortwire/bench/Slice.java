package dev.shortwire.bench;

/// What one slice of a measurement gave. Times in microseconds.
///
/// @param calls           how many
/// @param opsPerSecond    of all calls
/// @param p50             half of the calls took no longer
/// @param cpu             processor time of all processes, per call
/// @param clientAllocated bytes of objects that the asking process made, per call
/// @param serverAllocated likewise the answering one; 0 where they are one process
/// @param wireBytes       bytes that both handed to the kernel to be sent, per call
record Slice(long calls, double opsPerSecond, double p50, double p99, double p999, double cpu, double clientAllocated,
        double serverAllocated, double wireBytes) {
    /// Two slices that were measured one next to the other.
    record Pair(Slice wire, Slice floor) {}
}
