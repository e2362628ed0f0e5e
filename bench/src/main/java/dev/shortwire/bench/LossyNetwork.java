package dev.shortwire.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/// Two network namespaces and a wire between them that loses packets of IP at random, in both directions alike. So TCP and
/// UDP meet the same losses, and repeat what is lost in their own ways. Needs Linux and root.
///
/// The wire is this process: it holds an interface of each namespace, and a thread for each direction that carries packets
/// over. That takes some tens of microseconds each way, about as long as a switch and two cables.
final class LossyNetwork implements AutoCloseable {
    static final String CLIENT_HOST = "10.77.0.1";
    static final String SERVER_HOST = "10.77.0.2";

    private final String id = "sw" + ProcessHandle.current().pid();
    private volatile double loss;

    /// @throws IOException if this process may not make namespaces; then none is left
    LossyNetwork() throws IOException {
        boolean whole = false;
        try {
            Tun client = end("a", CLIENT_HOST);
            Tun server = end("b", SERVER_HOST);
            carry(client, server, 1);
            carry(server, client, 2);
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    /// The part of all packets that is lost from now on, 0 to 1.
    void lose(double part) {
        loss = part;
    }

    /// What to put before a command so that it runs at the asking end.
    List<String> atClient() {
        return List.of("ip", "netns", "exec", id + "a");
    }

    /// Likewise at the answering end.
    List<String> atServer() {
        return List.of("ip", "netns", "exec", id + "b");
    }

    private Tun end(String which, String host) throws IOException {
        String name = id + which;
        SystemTool.run("ip", "netns", "add", name);
        Tun tun = Tun.open(name);
        SystemTool.run("ip", "link", "set", name, "netns", name);
        SystemTool.run("ip", "-n", name, "addr", "add", host + "/24", "dev", name);
        SystemTool.run("ip", "-n", name, "link", "set", "lo", "up");
        SystemTool.run("ip", "-n", name, "link", "set", name, "up");
        return tun;
    }

    private void carry(Tun from, Tun to, long seed) {
        Thread.ofPlatform().daemon().name("shortwire-bench-network").start(() -> {
            Random random = new Random(seed);
            try (Arena arena = Arena.ofConfined(); from) {
                MemorySegment packet = arena.allocate(Tun.MAX_PACKET_BYTES);
                for (long length = from.read(packet); length > 0; length = from.read(packet)) {
                    if (random.nextDouble() >= loss) {
                        to.write(packet, length);
                    }
                }
            }
        });
    }

    /// Deletes the namespaces, and with them the interfaces.
    @Override
    public void close() {
        for (String which : new String[] {"a", "b"}) {
            try {
                SystemTool.run("ip", "netns", "del", id + which);
            } catch (IOException e) {
                System.err.println("bench: " + e.getMessage());
            }
        }
    }
}
