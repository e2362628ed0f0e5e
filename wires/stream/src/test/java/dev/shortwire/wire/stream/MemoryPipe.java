package dev.shortwire.wire.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/// One direction in memory: what is written can be read, as many bytes at once as the test allows. Confined to the
/// thread of the test.
final class MemoryPipe implements Pipe {
    private final ArrayDeque<Byte> bytes = new ArrayDeque<>();
    private int room = Integer.MAX_VALUE;
    private int atOnce = Integer.MAX_VALUE;
    private int writes;
    private boolean isOpen = true;

    /// From now on so many bytes fit in.
    void setRoom(int count) {
        room = count;
    }

    /// From now on a read gets so many bytes at most.
    void setAtOnce(int count) {
        atOnce = count;
    }

    int writes() {
        return writes;
    }

    @Override
    public int read(ByteBuffer target) {
        int count = 0;
        for (; count < atOnce && target.hasRemaining() && !bytes.isEmpty(); count++) {
            target.put(bytes.remove());
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!isOpen) {
            throw new IOException("closed");
        }
        writes++;
        int count = 0;
        for (; source.hasRemaining() && room > 0; count++, room--) {
            bytes.add(source.get());
        }
        return count;
    }

    @Override
    public void awaitReadable(long timeoutNanos) {}

    @Override
    public void awaitWritable(long timeoutNanos) {}

    @Override
    public void wake() {}

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void close() {
        isOpen = false;
    }

    @Override
    public String peer() {
        return "memory";
    }
}
