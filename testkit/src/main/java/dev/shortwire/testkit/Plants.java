package dev.shortwire.testkit;

import dev.shortwire.cache.Store;
import dev.shortwire.registry.Registry;
import dev.shortwire.wire.Wire;
import java.util.function.UnaryOperator;

/// Where bugs are planted to see that the checks find them: what a node is made of passes through here.
class Plants {
    static final Plants NONE = new Plants();

    Wire wire(String node, Wire wire) {
        return wire;
    }

    Registry registry(String node, Registry registry) {
        return registry;
    }

    Store store(String node, String group, Store store) {
        return store;
    }

    SimLoader loader(String group, SimLoader loader) {
        return loader;
    }

    /// What stands between a call's end and its caller.
    UnaryOperator<Runnable> ending() {
        return UnaryOperator.identity();
    }
}
