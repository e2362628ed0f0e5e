package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

/// Where a node can be reached over one wire.
///
/// @param wire    name of the wire, as in [Wire#name()]
/// @param address in the wire's own form, such as `127.0.0.1:8001`
public record Endpoint(String wire, String address) {
    public Endpoint {
        require(!wire.isEmpty() && !address.isEmpty(),
                "endpoint \"" + wire + ":" + address + "\" must name a wire and an address");
    }

    @Override
    public String toString() {
        return wire + "://" + address;
    }
}
