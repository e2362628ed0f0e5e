package dev.shortwire.wire;

import static dev.shortwire.ConfigurationException.require;

import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The place where in-process wires find each other: addresses and who listens there. Two networks know nothing of each
/// other. Safe for use by any thread; has no thread and no clock of its own.
public final class InProcessNetwork {
    /// Its free addresses are those of no other JVM, so that a node never takes another process's address for one of its
    /// own: the process id alone would be the same in two containers.
    private static final InProcessNetwork JVM = new InProcessNetwork(
            "jvm-" + ProcessHandle.current().pid() + "-" + Long.toHexString(new SecureRandom().nextLong()));

    private final ConcurrentHashMap<String, InProcessListener> listeners = new ConcurrentHashMap<>();
    private final AtomicLong lastNumber = new AtomicLong();
    private final String name;

    /// A network whose free addresses are `node:1`, `node:2`, ….
    public InProcessNetwork() {
        this("node");
    }

    private InProcessNetwork(String name) {
        this.name = name;
    }

    /// The network of this JVM, which wires found by `ServiceLoader` share.
    public static InProcessNetwork ofThisJvm() {
        return JVM;
    }

    /// Takes the address, or a free one where the address is empty or ends in `:0`.
    InProcessListener listen(String asked, InProcessWire wire, FrameHandler handler) {
        boolean choose = asked.isEmpty() || asked.endsWith(":0");
        while (true) {
            String address = choose ? freeAddress(asked) : asked;
            InProcessListener listener = new InProcessListener(this, wire, address, handler);
            if (listeners.putIfAbsent(address, listener) == null) {
                return listener;
            }
            require(choose, "in-process address " + address
                    + " must be free, somebody in this JVM listens there; set another address, or none for a free one");
        }
    }

    @Nullable
    InProcessListener at(String address) {
        return listeners.get(address);
    }

    void remove(InProcessListener listener) {
        listeners.remove(listener.address(), listener);
    }

    private String freeAddress(String asked) {
        String host = asked.isEmpty() ? name : asked.substring(0, asked.length() - 2);
        return host + ":" + lastNumber.incrementAndGet();
    }
}
