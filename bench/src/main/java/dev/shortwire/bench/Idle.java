package dev.shortwire.bench;

/// What a process has more because of a wire: listening, and [#LINKS] links to a peer, none of them used.
///
/// @param wire         name of the wire
/// @param threads      of the system
/// @param descriptors  open files and sockets
/// @param residentKib  memory, in KiB, after garbage was collected
/// @param cpuPercent   of one processor that both processes use together while all links are idle
record Idle(String wire, int threads, int descriptors, long residentKib, double cpuPercent) {
    static final int LINKS = 10;
}
