package dev.shortwire.wire.stream;

import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.FrameHandler;
import dev.shortwire.wire.Wire;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An address at which pipes are accepted, each of which then gets a thread that serves it.
final class StreamListener implements Wire.Listener {
    private static final int MAX_PIPES = 4096;

    private final StreamWire wire;
    private final Transport.Acceptor acceptor;
    private final FrameHandler handler;
    private final Set<ServedPipe> pipes = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    StreamListener(StreamWire wire, Transport.Acceptor acceptor, FrameHandler handler) {
        this.wire = wire;
        this.acceptor = acceptor;
        this.handler = handler;
    }

    void start() {
        Thread.ofPlatform().daemon().name("shortwire-" + wire.name() + "-accept").start(this::run);
    }

    private void run() {
        while (!closed) {
            Pipe pipe = accept();
            if (pipe == null) {
                break;
            }
            if (pipes.size() >= MAX_PIPES) {
                wire.faults().warn("too many", "closed the connection of " + pipe.peer() + ": there are " + MAX_PIPES
                        + " already", null);
                pipe.close();
                continue;
            }
            ServedPipe served = new ServedPipe(wire, this, handler, pipe);
            pipes.add(served);
            served.start();
            if (closed) {
                served.close();
            }
        }
    }

    private @Nullable Pipe accept() {
        try {
            return acceptor.accept();
        } catch (IOException e) {
            if (!closed) {
                wire.faults().warn("accept", "stopped listening at " + acceptor.address(), e);
            }
            return null;
        }
    }

    void ended(ServedPipe pipe) {
        pipes.remove(pipe);
    }

    boolean isQuiet() {
        return pipes.isEmpty();
    }

    @Override
    public Endpoint endpoint() {
        return new Endpoint(wire.name(), acceptor.address());
    }

    @Override
    public void close() {
        closed = true;
        acceptor.close();
        pipes.forEach(ServedPipe::close);
        wire.forget(this);
    }
}
