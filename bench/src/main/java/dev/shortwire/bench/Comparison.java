package dev.shortwire.bench;

/// A wire and a bare loop, measured in turn in the same state.
///
/// @param path        what is measured on the wire
/// @param wire        name of the wire
/// @param state       see [State]
/// @param spin        whether the wire may wait awake
/// @param floor       name of the bare loop
/// @param form        of the replies' bodies
/// @param bytes       of the replies' bodies
/// @param outstanding calls under way at once; 1 but for [State#PIPELINED]
/// @param pairs       how often the two are measured, an even number
/// @param sliceMillis how long each time
record Comparison(Path path, String wire, State state, boolean spin, String floor, Body.Form form, int bytes,
        int outstanding, int pairs, int sliceMillis) {
    /// What is measured on a wire.
    enum Path {
        /// A call over a link, against a bare loop.
        CALL,
        /// A read of a key that a peer owns and has, against a call over a link.
        GET
    }

    /// In place of the name of a bare loop: a call over a link of the same wire.
    static final String CALL_FLOOR = "call";

    /// The same measured otherwise.
    Comparison lasting(int newPairs, int newSliceMillis) {
        return new Comparison(path, wire, state, spin, floor, form, bytes, outstanding, newPairs, newSliceMillis);
    }

    Comparison of(Body.Form newForm, int newBytes, int newOutstanding) {
        return new Comparison(path, wire, newOutstanding > 1 ? State.PIPELINED : state, spin, floor, newForm, newBytes,
                newOutstanding, pairs, sliceMillis);
    }

    /// In a few words.
    String label() {
        return wire + (path == Path.GET ? ", get of a peer's key" : "") + (spin ? "" : " without spinning") + ", "
                + state.label() + ", " + bytes + " B"
                + (form == Body.Form.BYTES ? "" : " of " + form.label())
                + (outstanding == 1 ? "" : ", " + outstanding + " outstanding");
    }
}
