package dev.shortwire.bench;

import dev.shortwire.bench.Comparison.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which comparisons answer which question, for each wire.
final class WirePlan {
    private static final int SMALL = 100;
    private static final int[] LARGER = {4096, 65_536};
    private static final int MANY = 64;
    private static final int[] OTHER_DEPTHS = {16, 512};

    /// Bare loops of the wires that can wait awake: sleeping, awake, and with many under way.
    private static final Map<String, List<String>> SPINNING = Map.of(
            "shm", List.of(SharedFloor.FUTEX, SharedFloor.SPINNING, SocketFloor.BARE_UDS),
            "uds", List.of(SocketFloor.BARE_UDS, SocketFloor.SPINNING_UDS, SocketFloor.BARE_UDS),
            "tcp", List.of(SocketFloor.BARE_TCP, SocketFloor.SPINNING_TCP, SocketFloor.BARE_TCP));

    /// Bare loops of the others; a wire that is not known here is measured against plain TCP.
    private static final Map<String, String> PLAIN = Map.of("in-process", MethodFloor.NAME, "udp", DatagramFloor.NAME,
            "grpc", GrpcFloor.STREAM, "http", HttpFloor.NAME);

    /// Cheapest first, as they are printed.
    private static final List<String> ORDER = List.of("in-process", "shm", "uds", "tcp", "udp", "grpc", "http");

    private final boolean quick;

    WirePlan(boolean quick) {
        this.quick = quick;
    }

    int forks() {
        return quick ? 1 : 3;
    }

    static int rank(String wire) {
        int index = ORDER.indexOf(wire);
        return index < 0 ? ORDER.size() : index;
    }

    /// What a pair of processes is to measure.
    ///
    /// @param states only these
    /// @param first  whether it is the first fork of the wire
    ForkPlan fork(String wire, Set<State> states, boolean first) {
        List<Comparison> comparisons = new ArrayList<>(small(wire));
        if (!wire.equals("in-process")) {
            comparisons.add(get(wire, State.PINNED));
            comparisons.add(get(wire, State.AWAKE));
        }
        if (!quick) {
            comparisons.addAll(rest(wire));
        }
        comparisons.removeIf(comparison -> !states.contains(comparison.state()));
        boolean all = states.size() == State.values().length;
        return new ForkPlan(wire, comparisons, quick ? 2_000 : 4_000, first && all ? quick ? 1_000 : 2_000 : 0);
    }

    /// Bodies of 100 bytes in every state: what the goals are about.
    private List<Comparison> small(String wire) {
        List<String> loops = SPINNING.get(wire);
        List<Comparison> result = new ArrayList<>();
        if (loops == null) {
            String floor = PLAIN.getOrDefault(wire, SocketFloor.BARE_TCP);
            states().forEach(state -> result.add(comparison(wire, state, true, floor)));
            if (floor.equals(GrpcFloor.STREAM)) {
                result.add(comparison(wire, State.PIPELINED, true, GrpcFloor.UNARY));
            }
            return result;
        }
        for (State state : states()) {
            int floor = state == State.AWAKE ? 1 : state == State.PIPELINED ? 2 : 0;
            result.add(comparison(wire, state, true, loops.get(floor)));
        }
        result.add(comparison(wire, State.AWAKE, false, loops.getFirst()));
        return result;
    }

    private List<State> states() {
        return quick
                ? List.of(State.PINNED, State.AWAKE, State.PACED, State.PIPELINED)
                : List.of(State.values());
    }

    private Comparison comparison(String wire, State state, boolean spin, String floor) {
        return new Comparison(Path.CALL, wire, state, spin, floor, Body.Form.BYTES, SMALL,
                state == State.PIPELINED ? MANY : 1,
                quick ? 8 : 10, quick ? 200 : 500);
    }

    /// A read of a peer's key, against a bare call on the wire.
    private Comparison get(String wire, State state) {
        return new Comparison(Path.GET, wire, state, true, Comparison.CALL_FLOOR, Body.Form.BYTES,
                CacheExchange.VALUE_BYTES, 1, quick ? 6 : 10, quick ? 200 : 500);
    }

    /// Larger bodies, other depths, other forms of bodies.
    private List<Comparison> rest(String wire) {
        Map<String, Comparison> result = new LinkedHashMap<>();
        Comparison awake = comparison(wire, State.AWAKE, true, floorOf(wire, false)).lasting(10, 200);
        Comparison many = comparison(wire, State.AWAKE, true, floorOf(wire, true)).lasting(10, 200);
        for (int depth : OTHER_DEPTHS) {
            add(result, many.of(Body.Form.BYTES, SMALL, depth));
        }
        for (int bytes : LARGER) {
            add(result, awake.of(Body.Form.BYTES, bytes, 1));
            for (int depth : new int[] {16, MANY, 512}) {
                add(result, many.of(Body.Form.BYTES, bytes, depth));
            }
        }
        for (Body.Form form : new Body.Form[] {Body.Form.CBOR, Body.Form.JSON}) {
            for (int bytes : new int[] {SMALL, LARGER[0], LARGER[1]}) {
                add(result, awake.of(form, bytes, 1));
                add(result, many.of(form, bytes, MANY));
            }
        }
        return List.copyOf(result.values());
    }

    /// Datagrams end where a body does not fit into one; beyond that the wire takes TCP, and so does its bare loop.
    private static void add(Map<String, Comparison> result, Comparison c) {
        boolean tooLarge = c.floor().equals(DatagramFloor.NAME) && c.bytes() > DatagramFloor.MAX_BODY_BYTES;
        Comparison fitting = tooLarge
                ? new Comparison(c.path(), c.wire(), c.state(), c.spin(), SocketFloor.BARE_TCP, c.form(), c.bytes(),
                        c.outstanding(), c.pairs(), c.sliceMillis())
                : c;
        result.put(fitting.label(), fitting);
    }

    private static String floorOf(String wire, boolean many) {
        List<String> loops = SPINNING.get(wire);
        return loops == null ? PLAIN.getOrDefault(wire, SocketFloor.BARE_TCP) : loops.get(many ? 2 : 1);
    }
}
