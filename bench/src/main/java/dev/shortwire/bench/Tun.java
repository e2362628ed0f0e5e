package dev.shortwire.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// A network interface of Linux whose packets this process reads and writes. Reading and writing may be two threads.
///
/// It lives on in whatever network namespace it is moved to; when that is deleted, reading ends.
final class Tun implements AutoCloseable {
    /// No packet is longer: the interface's MTU is the usual 1,500.
    static final int MAX_PACKET_BYTES = 2048;

    private static final int READ_AND_WRITE = 2;
    private static final long SET_INTERFACE = 0x400454caL;
    private static final int REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;
    /// IFF_TUN and IFF_NO_PI: packets of IP, nothing before them.
    private static final short PLAIN_PACKETS = 0x1001;

    private static final MethodHandle OPEN = function("open", 2, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    private static final MethodHandle IOCTL = function("ioctl", 2, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    private static final MethodHandle READ = function("read", 3, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle WRITE = function("write", 3, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
    private static final MethodHandle CLOSE = function("close", 1, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private final int descriptor;

    private Tun(int descriptor) {
        this.descriptor = descriptor;
    }

    /// A new interface of that name, at most 15 characters.
    ///
    /// @throws IOException if this process may not have one
    static Tun open(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(bytes, 0, request, ValueLayout.JAVA_BYTE, 0, Math.min(bytes.length, NAME_BYTES - 1));
            request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, PLAIN_PACKETS);
            int descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/dev/net/tun"), READ_AND_WRITE);
            if (descriptor < 0) {
                throw new IOException("/dev/net/tun can't be opened");
            }
            int result = (int) IOCTL.invokeExact(descriptor, SET_INTERFACE, request);
            Tun made = new Tun(descriptor);
            if (result < 0) {
                made.close();
                throw new IOException("no interface " + name + " can be made");
            }
            return made;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the C library can't be called", e);
        }
    }

    /// The next packet; blocks.
    ///
    /// @return its length, less than 1 when the interface is gone
    long read(MemorySegment packet) {
        try {
            return (long) READ.invokeExact(descriptor, packet, packet.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException("read can't be called", e);
        }
    }

    /// Sends a packet; one that the interface does not take is lost, as on any network.
    void write(MemorySegment packet, long length) {
        try {
            long ignored = (long) WRITE.invokeExact(descriptor, packet, length);
        } catch (Throwable e) {
            throw new IllegalStateException("write can't be called", e);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close can't be called", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, int fixedArguments, ValueLayout result,
            ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment address = linker.defaultLookup().find(name).orElseThrow(
                () -> new UnsupportedOperationException("the C library has no " + name));
        FunctionDescriptor signature = FunctionDescriptor.of(result, arguments);
        return arguments.length > fixedArguments
                ? linker.downcallHandle(address, signature, Linker.Option.firstVariadicArg(fixedArguments))
                : linker.downcallHandle(address, signature);
    }
}
