package dev.shortwire.wire.shm;

import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Both ends of a pipe in this process, for tests.
record PipePair(Transport.Acceptor acceptor, Pipe near, Pipe far) implements AutoCloseable {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    static PipePair open() throws IOException {
        return open(ShmTransport.DEFAULT_CAPACITY);
    }

    static PipePair open(int capacity) throws IOException {
        ShmTransport transport = new ShmTransport(capacity);
        Transport.Acceptor acceptor = transport.listen("");
        try {
            CompletableFuture<Pipe> near = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> {
                try {
                    near.complete(transport.connect(acceptor.address(), LONG));
                } catch (IOException | RuntimeException e) {
                    near.completeExceptionally(e);
                    acceptor.close();
                }
            });
            Pipe far = acceptor.accept();
            return new PipePair(acceptor, near.join(), far);
        } catch (IOException | RuntimeException e) {
            acceptor.close();
            throw e;
        }
    }

    @Override
    public void close() {
        near.close();
        far.close();
        acceptor.close();
    }
}
