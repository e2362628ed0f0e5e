package dev.shortwire.wire.shm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// A Unix socket that can pass descriptors; Java's own sockets can't. Sending and receiving never wait: one polls first.
/// May go from thread to thread; [#close] only when no other uses it.
final class UnixSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int STREAM_CLOEXEC = 1 | 0x80000;
    private static final int ACCEPT_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    private static final int DONTWAIT_CLOEXEC = 0x40 | 0x40000000;
    private static final int SHUT_RDWR = 2;
    private static final int BACKLOG = 128;
    private static final int CONTROL_HEADER_BYTES = 16;
    /// Descriptors that a message can bring us; the kernel closes those beyond.
    private static final int MOST_DESCRIPTORS = 4;

    private final int fd;

    private UnixSocket(int fd) {
        this.fd = fd;
    }

    /// Who is at the other end, as the kernel says.
    ///
    /// @param process its id, 0 if it lives in another namespace
    record Peer(int process, int user) {}

    /// What arrived: so many bytes, 0 at the end of the stream, and descriptors, which are the receiver's to close.
    record Received(int count, List<Integer> descriptors) {}

    static UnixSocket create() throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            long fd = Sys.call(new Scratch(brief), SysNumbers.SOCKET, AF_UNIX, STREAM_CLOEXEC, 0);
            return new UnixSocket((int) Sys.check(fd, "socket"));
        }
    }

    int fd() {
        return fd;
    }

    /// @return 0, or the error number with a minus
    int bind(String path) {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment address = address(brief, path);
            return (int) Sys.call(new Scratch(brief), SysNumbers.BIND, fd, address.address(), address.byteSize());
        }
    }

    void listen() throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Sys.check(Sys.call(new Scratch(brief), SysNumbers.LISTEN, fd, BACKLOG, 0), "listen");
        }
    }

    /// Waits at most so long for a place in the listener's queue.
    ///
    /// @return 0, or the error number with a minus; `EAGAIN` if the time was over
    int connect(String path, long timeoutNanos) {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            long micros = Math.max(1, timeoutNanos / 1_000);
            MemorySegment time = brief.allocateFrom(ValueLayout.JAVA_LONG, micros / 1_000_000, micros % 1_000_000);
            Sys.call(scratch, SysNumbers.SETSOCKOPT, fd, SOL_SOCKET, SO_SNDTIMEO, time.address(), 16, 0);
            MemorySegment address = address(brief, path);
            int result;
            do {
                result = (int) Sys.call(scratch, SysNumbers.CONNECT, fd, address.address(), address.byteSize());
            } while (result == -Errno.EINTR);
            return result;
        }
    }

    private static MemorySegment address(Arena arena, String path) {
        byte[] bytes = path.getBytes(UTF_8);
        MemorySegment address = arena.allocate(2 + bytes.length + 1, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 2, bytes.length);
        return address;
    }

    /// Takes a connection out of the queue; waits if there is none.
    UnixSocket accept() throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            long accepted = Sys.call(new Scratch(brief), SysNumbers.ACCEPT4, fd, 0, 0, ACCEPT_CLOEXEC, 0, 0);
            return new UnixSocket((int) Sys.check(accepted, "accept"));
        }
    }

    Peer peer() throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment who = brief.allocate(12, 4);
            MemorySegment length = brief.allocateFrom(ValueLayout.JAVA_INT, 12);
            Sys.check(Sys.call(new Scratch(brief), SysNumbers.GETSOCKOPT, fd, SOL_SOCKET, SO_PEERCRED, who.address(),
                    length.address(), 0), "asking who the peer is");
            return new Peer(who.get(ValueLayout.JAVA_INT, 0), who.get(ValueLayout.JAVA_INT, 4));
        }
    }

    /// Waits until something can be read, or the peer has closed, or the time is over; it may return early.
    ///
    /// @return whether something can be read, an end among it
    boolean poll(long nanos) throws IOException {
        return Poll.any(nanos, fd) != 0;
    }

    /// Sends all of them at once, and a descriptor with them unless that is negative.
    void send(byte[] bytes, int descriptor) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment data = brief.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            MemorySegment message = message(brief, data, rights(brief, descriptor));
            long sent = Sys.check(
                    Sys.call(new Scratch(brief), SysNumbers.SENDMSG, fd, message.address(), DONTWAIT_NOSIGNAL),
                    "sending to the peer");
            if (sent != bytes.length) {
                throw new IOException("the peer took " + sent + " bytes of " + bytes.length);
            }
        }
    }

    private static MemorySegment rights(Arena arena, int descriptor) {
        if (descriptor < 0) {
            return MemorySegment.NULL;
        }
        MemorySegment control = arena.allocate(CONTROL_HEADER_BYTES + 8, 8);
        control.set(ValueLayout.JAVA_LONG, 0, CONTROL_HEADER_BYTES + 4);
        control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
        control.set(ValueLayout.JAVA_INT, CONTROL_HEADER_BYTES, descriptor);
        return control;
    }

    /// What can be read now, at most as much as `bytes` has room for.
    Received receive(byte[] bytes) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment data = brief.allocate(bytes.length);
            MemorySegment control = brief.allocate(CONTROL_HEADER_BYTES + 4 * MOST_DESCRIPTORS, 8);
            MemorySegment message = message(brief, data, control);
            int count = (int) Sys.check(
                    Sys.call(new Scratch(brief), SysNumbers.RECVMSG, fd, message.address(), DONTWAIT_CLOEXEC),
                    "reading from the peer");
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
            return new Received(count, descriptors(control, message.get(ValueLayout.JAVA_LONG, 40)));
        }
    }

    private static List<Integer> descriptors(MemorySegment control, long length) {
        if (length <= CONTROL_HEADER_BYTES || control.get(ValueLayout.JAVA_INT, 8) != SOL_SOCKET
                || control.get(ValueLayout.JAVA_INT, 12) != SCM_RIGHTS) {
            return List.of();
        }
        long bytes = control.get(ValueLayout.JAVA_LONG, 0) - CONTROL_HEADER_BYTES;
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < Math.min(bytes / 4, MOST_DESCRIPTORS); i++) {
            found.add(control.get(ValueLayout.JAVA_INT, CONTROL_HEADER_BYTES + 4L * i));
        }
        return found;
    }

    /// A `msghdr` of one part.
    private static MemorySegment message(Arena arena, MemorySegment data, MemorySegment control) {
        MemorySegment part = arena.allocateFrom(ValueLayout.JAVA_LONG, data.address(), data.byteSize());
        MemorySegment message = arena.allocate(56, 8);
        message.set(ValueLayout.JAVA_LONG, 16, part.address());
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.JAVA_LONG, 32, control.address());
        message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
        return message;
    }

    /// Tells the peer, too.
    @Override
    public void close() {
        Sys.call(Scratch.SHARED, SysNumbers.SHUTDOWN, fd, SHUT_RDWR, 0);
        Sys.closeFd(Scratch.SHARED, fd);
    }
}
