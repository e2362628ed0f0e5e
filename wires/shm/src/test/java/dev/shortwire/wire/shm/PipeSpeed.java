package dev.shortwire.wire.shm;

import dev.shortwire.wire.stream.Pipe;
import dev.shortwire.wire.stream.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How fast a pipe is beside bare loops over the same primitives, between two processes; requests of 16 bytes, replies of
/// 100. A program to run by hand, pinned with `taskset` or not; `spin` is only worth it with a core for each.
public final class PipeSpeed {
    private static final int REQUEST = 16;
    private static final int REPLY = 100;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final int BATCH = 64;

    private PipeSpeed() {}

    /// One loop, of which every process has one end. The client's end goes round once at each call.
    private interface Loop {
        void round() throws IOException;
    }

    /// @param args `loop,loop,…` of pipe-block, pipe-spin, futex, spin, pipe-many, uds-many; rounds of slices
    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve(args[1], Path.of(args[2]));
            return;
        }
        List<String> names = List.of(args[0].split(",", -1));
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 6;
        for (String name : names) {
            System.out.printf(Locale.ROOT, "%-12s %s%n", name, measure(name, rounds));
        }
    }

    private static String measure(String name, int slices) throws Exception {
        Path folder = Files.createTempDirectory("speed");
        Process child = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                PipeSpeed.class.getName(), "serve", name, folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            String address = new String(child.getInputStream().readNBytes(120), java.nio.charset.StandardCharsets.UTF_8)
                    .strip();
            Loop loop = client(name, address, folder);
            slice(loop, 3 * SLICE_NANOS);
            long[][] results = new long[slices][];
            for (int i = 0; i < slices; i++) {
                results[i] = slice(loop, SLICE_NANOS);
            }
            return text(name, results);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static String text(String name, long[][] results) {
        int each = name.endsWith("many") ? BATCH : 1;
        double[] p50 = Arrays.stream(results).mapToDouble(r -> r[r.length / 2] / 1e3).sorted().toArray();
        double[] p99 = Arrays.stream(results).mapToDouble(r -> r[r.length * 99 / 100] / 1e3).sorted().toArray();
        double[] rate = Arrays.stream(results).mapToDouble(r -> 1e9 / Arrays.stream(r).average().orElse(1) * each)
                .sorted().toArray();
        int middle = results.length / 2;
        return String.format(Locale.ROOT, "p50 %.3f µs  p99 %.3f µs  %.0f/s  (slices %.3f to %.3f µs)", p50[middle],
                p99[middle], rate[middle], p50[0], p50[p50.length - 1]);
    }

    /// Round trips of one slice in nanoseconds, sorted. Cheap ones are timed by the hundred.
    private static long[] slice(Loop loop, long nanos) throws IOException {
        List<Long> times = new ArrayList<>();
        long end = System.nanoTime() + nanos;
        int together = 1;
        for (long now = System.nanoTime(); now < end;) {
            for (int i = 0; i < together; i++) {
                loop.round();
            }
            long after = System.nanoTime();
            times.add((after - now) / together);
            together = after - now < 2_000 ? 20 : together;
            now = after;
        }
        return times.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    // ---- ends

    private static Loop client(String name, String address, Path folder) throws IOException {
        return switch (name) {
            case "pipe-block", "pipe-spin" -> {
                Pipe pipe = new ShmTransport().connect(address, SLICE_NANOS * 10);
                ByteBuffer request = ByteBuffer.allocateDirect(REQUEST);
                ByteBuffer reply = ByteBuffer.allocateDirect(64 * 1024);
                boolean spin = name.endsWith("spin");
                yield () -> {
                    pipe.write(request.clear());
                    readFully(pipe, reply.clear().limit(REPLY), spin);
                };
            }
            case "pipe-many" -> {
                Pipe pipe = new ShmTransport().connect(address, SLICE_NANOS * 10);
                ByteBuffer requests = ByteBuffer.allocateDirect(REQUEST * BATCH);
                ByteBuffer replies = ByteBuffer.allocateDirect(64 * 1024);
                yield () -> {
                    pipe.write(requests.clear());
                    readFully(pipe, replies.clear().limit(REPLY * BATCH), false);
                };
            }
            case "uds-many", "uds" -> {
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("uds")));
                int batch = name.equals("uds") ? 1 : BATCH;
                ByteBuffer requests = ByteBuffer.allocateDirect(REQUEST * batch);
                ByteBuffer replies = ByteBuffer.allocateDirect(64 * 1024);
                yield () -> {
                    channel.write(requests.clear());
                    replies.clear().limit(REPLY * batch);
                    while (replies.hasRemaining()) {
                        channel.read(replies);
                    }
                };
            }
            default -> bare(name.equals("futex"), map(folder), Layout.TAIL, Layout.HEAD, REQUEST, REPLY);
        };
    }

    private static void serve(String name, Path folder) throws IOException {
        switch (name) {
            case "pipe-block", "pipe-spin", "pipe-many" -> {
                Transport.Acceptor acceptor = new ShmTransport().listen("");
                announce(acceptor.address());
                servePipe(acceptor.accept(), name.endsWith("spin"));
            }
            case "uds-many", "uds" -> serveChannel(folder);
            default -> {
                MemorySegment memory = map(folder);
                announce("-");
                Loop loop = bareServer(name.equals("futex"), memory);
                while (true) {
                    loop.round();
                }
            }
        }
    }

    private static void announce(String address) {
        System.out.printf(Locale.ROOT, "%-120s", address);
        System.out.flush();
    }

    private static void servePipe(Pipe pipe, boolean spin) throws IOException {
        ByteBuffer requests = ByteBuffer.allocateDirect(64 * 1024);
        ByteBuffer replies = ByteBuffer.allocateDirect(64 * 1024 * REPLY / REQUEST);
        while (true) {
            int count = pipe.read(requests);
            if (count < 0) {
                return;
            }
            if (count == 0 && !spin) {
                pipe.awaitReadable(Long.MAX_VALUE / 2);
            }
            int whole = requests.position() / REQUEST;
            if (whole > 0) {
                requests.clear();
                replies.clear().limit(whole * REPLY);
                while (replies.hasRemaining()) {
                    pipe.write(replies);
                }
            }
        }
    }

    private static void readFully(Pipe pipe, ByteBuffer target, boolean spin) throws IOException {
        while (target.hasRemaining()) {
            if (pipe.read(target) == 0 && !spin) {
                pipe.awaitReadable(Long.MAX_VALUE / 2);
            }
        }
    }

    private static void serveChannel(Path folder) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.resolve("uds")));
            announce("-");
            SocketChannel channel = server.accept();
            ByteBuffer requests = ByteBuffer.allocateDirect(64 * 1024);
            ByteBuffer replies = ByteBuffer.allocateDirect(64 * 1024 * REPLY / REQUEST);
            while (channel.read(requests) >= 0) {
                int whole = requests.position() / REQUEST;
                requests.clear();
                replies.clear().limit(whole * REPLY);
                while (replies.hasRemaining()) {
                    channel.write(replies);
                }
            }
        }
    }

    // ---- bare loops: a number for each side, and the bytes

    private static MemorySegment map(Path folder) throws IOException {
        Path file = folder.resolve("memory");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 8192, Arena.global());
        }
    }

    /// A round: `mine` grows by one, then `theirs` does.
    private static Loop bare(boolean sleep, MemorySegment memory, int mine, int theirs, int out, int in) {
        Sys.Scratch scratch = new Sys.Scratch(Arena.global());
        ByteBuffer there = memory.asSlice(4096).asByteBuffer();
        ByteBuffer here = ByteBuffer.allocateDirect(REPLY);
        int[] count = new int[1];
        return () -> {
            there.put(0, here, 0, out);
            Words.INT.setRelease(memory, (long) mine, ++count[0]);
            if (sleep) {
                Futex.wake(scratch, memory.address() + mine);
            }
            await(scratch, memory, theirs, count[0] - 1, sleep);
            here.put(0, there, 1024, in);
        };
    }

    private static Loop bareServer(boolean sleep, MemorySegment memory) {
        Sys.Scratch scratch = new Sys.Scratch(Arena.global());
        ByteBuffer there = memory.asSlice(4096).asByteBuffer();
        ByteBuffer here = ByteBuffer.allocateDirect(REPLY);
        int[] count = new int[1];
        return () -> {
            await(scratch, memory, Layout.TAIL, count[0], sleep);
            here.put(0, there, 0, REQUEST);
            there.put(1024, here, 0, REPLY);
            Words.INT.setRelease(memory, (long) Layout.HEAD, ++count[0]);
            if (sleep) {
                Futex.wake(scratch, memory.address() + Layout.HEAD);
            }
        };
    }

    private static void await(Sys.Scratch scratch, MemorySegment memory, int offset, int old, boolean sleep) {
        while ((int) Words.INT.getAcquire(memory, (long) offset) == old) {
            if (sleep) {
                Futex.await(scratch, memory.address() + offset, old, SLICE_NANOS);
            }
        }
    }
}
