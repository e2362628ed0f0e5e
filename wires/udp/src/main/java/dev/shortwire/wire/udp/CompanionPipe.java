package dev.shortwire.wire.udp;

import dev.shortwire.Bytes;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.stream.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A stream that was accepted, with a name of its own, whose end is told: its sessions end with it.
final class CompanionPipe implements Pipe {
    private final Pipe pipe;
    private final String name;
    private final Connections connections;

    CompanionPipe(Pipe pipe, String name, Connections connections) {
        this.pipe = pipe;
        this.name = name;
        this.connections = connections;
        connections.opened(name);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return pipe.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return pipe.write(source);
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        pipe.awaitReadable(timeoutNanos);
    }

    @Override
    public void awaitWritable(long timeoutNanos) throws IOException {
        pipe.awaitWritable(timeoutNanos);
    }

    @Override
    public void wake() {
        pipe.wake();
    }

    @Override
    public boolean isOpen() {
        return pipe.isOpen();
    }

    @Override
    public void close() {
        connections.closed(name);
        pipe.close();
    }

    @Override
    public String peer() {
        return name;
    }

    @Override
    public String principal() {
        return pipe.principal();
    }

    @Override
    public Bytes proof() {
        return pipe.proof();
    }

    @Override
    public boolean maySend(Sender sender) {
        return pipe.maySend(sender);
    }
}
