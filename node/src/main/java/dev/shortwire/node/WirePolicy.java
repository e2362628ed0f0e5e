package dev.shortwire.node;

import static dev.shortwire.ConfigurationException.require;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Which wires a node may use, in which order of preference.
///
/// Written as a list: names of wires, `ipc` for `shm,uds`, `auto` for all that are not named before, best first, and `!`
/// before what is forbidden. Nothing but forbidden ones means all others. One name alone pins the node to that wire.
///
/// @param text      as it was written
/// @param preferred what was named, in order; `auto` stands for the rest
/// @param expanded  those of them that were not named themselves but stand for a word such as `ipc`
/// @param forbidden never used
record WirePolicy(String text, List<String> preferred, Set<String> expanded, Set<String> forbidden) {
    static final String AUTO = "auto";
    static final String IPC = "ipc";
    /// The wires that are known, best first; others follow in the order of their names.
    static final List<String> ORDER = List.of("in-process", "shm", "uds", "tcp", "grpc", "http");
    private static final List<String> ON_ONE_MACHINE = List.of("shm", "uds");
    /// Used only where it is named.
    static final Set<String> OFF_BY_DEFAULT = Set.of("udp");

    WirePolicy {
        preferred = List.copyOf(preferred);
        expanded = Set.copyOf(expanded);
        forbidden = Set.copyOf(forbidden);
    }

    /// @throws dev.shortwire.ConfigurationException if it is no such list
    static WirePolicy parse(String text) {
        LinkedHashSet<String> preferred = new LinkedHashSet<>();
        Set<String> expanded = new TreeSet<>();
        Set<String> forbidden = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            String word = part.strip();
            String name = word.startsWith("!") ? word.substring(1).strip() : word;
            require(name.matches("[a-z0-9-]{1,32}"), "wires=" + text
                    + " must be names of wires with commas between them, such as auto, ipc, shm,tcp or auto,!http; set wires");
            if (word.startsWith("!")) {
                require(!name.equals(AUTO), "wires=" + text + " forbids everything; name at least one wire");
                forbidden.addAll(name.equals(IPC) ? ON_ONE_MACHINE : List.of(name));
            } else if (name.equals(IPC)) {
                ON_ONE_MACHINE.stream().filter(preferred::add).forEach(expanded::add);
            } else {
                require(preferred.add(name) || expanded.remove(name),
                        "wires=" + text + " names " + name + " twice; name it once");
            }
        }
        preferred.stream().filter(forbidden::contains).findFirst().ifPresent(both -> require(expanded.contains(both),
                "wires=" + text + " both names and forbids " + both + "; do one of the two"));
        if (preferred.isEmpty()) {
            preferred.add(AUTO);
        }
        return new WirePolicy(text, new ArrayList<>(preferred), expanded, forbidden);
    }

    boolean isAuto() {
        return preferred.contains(AUTO);
    }

    /// Whether the wire must be there, because it was named itself.
    boolean names(String wire) {
        return preferred.contains(wire) && !expanded.contains(wire);
    }

    /// Which of these may be used, best first.
    List<String> order(Collection<String> available) {
        LinkedHashSet<String> order = new LinkedHashSet<>();
        for (String word : preferred) {
            if (word.equals(AUTO)) {
                ORDER.stream().filter(available::contains).forEach(order::add);
                available.stream().sorted().filter(wire -> !OFF_BY_DEFAULT.contains(wire) && !preferred.contains(wire))
                        .forEach(order::add);
            } else if (available.contains(word)) {
                order.add(word);
            }
        }
        // What is named behind auto comes where it is named.
        int auto = preferred.indexOf(AUTO);
        if (auto >= 0) {
            List<String> last = preferred.subList(auto + 1, preferred.size());
            last.stream().filter(order::remove).toList().forEach(order::add);
        }
        order.removeAll(forbidden);
        return List.copyOf(order);
    }

    /// Why a wire that is there is not used.
    String objection(String wire) {
        return forbidden.contains(wire) ? "forbidden here by wires=" + text
                : OFF_BY_DEFAULT.contains(wire) && isAuto() ? "off by default; name it in wires"
                        : "not one of wires=" + text;
    }
}
