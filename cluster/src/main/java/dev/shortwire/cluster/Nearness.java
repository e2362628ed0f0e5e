package dev.shortwire.cluster;

import dev.shortwire.registry.Profile;
import dev.shortwire.wire.InProcessWire;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hints from what members publish about who shares a machine or a process with this node. Hints only order the wires:
/// whether one works is proved by opening it.
///
/// @param host identity of this machine, empty where unknown. What follows the first `/` says more about the process and
///             counts for people alone
/// @param pid  this process's id, 0 where unknown
record Nearness(String host, long pid) {
    private static final List<String> ON_ONE_MACHINE = List.of("shm", "uds");

    /// Why the wire will hardly reach that process, or null.
    @Nullable
    String doubt(String wire, Profile profile) {
        boolean local = wire.equals(InProcessWire.NAME);
        if (!local && !ON_ONE_MACHINE.contains(wire)) {
            return null;
        }
        String mine = machine(host);
        String theirs = machine(profile.host());
        if (!mine.isEmpty() && !theirs.isEmpty() && !mine.equals(theirs)) {
            return "it runs on another machine";
        }
        return local && pid != 0 && profile.pid() != 0 && pid != profile.pid() ? "it is another process" : null;
    }

    private static String machine(String host) {
        int end = host.indexOf('/');
        return end < 0 ? host : host.substring(0, end);
    }
}
