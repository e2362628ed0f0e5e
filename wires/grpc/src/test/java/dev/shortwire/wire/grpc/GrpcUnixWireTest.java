package dev.shortwire.wire.grpc;

import dev.shortwire.testkit.WireContractTest;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Wire;
import dev.shortwire.wire.WireSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class GrpcUnixWireTest extends WireContractTest {
    @TempDir
    private Path directory;
    private int sockets;

    @Override
    protected Wire newWire(WireSettings settings) {
        return new GrpcWire(settings);
    }

    @Override
    protected String listenAddress() {
        return "unix:" + directory.resolve("socket-" + sockets++);
    }

    @Override
    protected void attack(Endpoint endpoint, byte[] bytes) throws Exception {
        Hostile.attack(endpoint, bytes);
    }
}
