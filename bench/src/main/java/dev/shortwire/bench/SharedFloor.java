package dev.shortwire.bench;

import dev.shortwire.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Two rings in a file that both processes map, one for requests and one for replies; whoever waits spins, or sleeps on
/// a futex. Requests are those of [SocketFloor].
final class SharedFloor implements Floor {
    static final String FUTEX = "bare-futex";
    static final String SPINNING = "spinning-shm";

    private static final int REQUEST_BYTES = SocketFloor.REQUEST_BYTES;
    private static final long REQUESTS_CAPACITY = 1 << 16;
    private static final long REPLIES_CAPACITY = 1 << 23;
    private static final int END = 0;

    private final String name;
    private final boolean spinning;

    SharedFloor(String name, boolean spinning) {
        this.name = name;
        this.spinning = spinning;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Server serve() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path file = Files.isDirectory(memory) && Files.isWritable(memory)
                ? Files.createTempFile(memory, "shortwire-bench-", "")
                : Files.createTempFile("shortwire-bench-", "");
        Rings rings = new Rings(file);
        Thread.ofPlatform().daemon().name("shortwire-bench-floor").start(() -> answer(rings));
        return new Server() {
            @Override
            public String address() {
                return file.toString();
            }

            @Override
            public void close() {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    @Override
    public Exchange connect(String address) throws IOException {
        return new SharedExchange(name, new Rings(Path.of(address)), spinning);
    }

    private static void answer(Rings rings) {
        SharedRing in = rings.requests;
        SharedRing out = rings.replies;
        Body body = Body.of(Body.Form.BYTES, 1);
        MemorySegment encoded = MemorySegment.ofArray(body.encode().toByteArray());
        while (true) {
            in.await(REQUEST_BYTES);
            while (in.known() >= REQUEST_BYTES) {
                int code = in.readInt();
                in.release(REQUEST_BYTES);
                if (code == END) {
                    return;
                }
                if (code != body.code()) {
                    body = Body.of(code);
                    encoded = MemorySegment.ofArray(body.encode().toByteArray());
                } else if (body.form() != Body.Form.BYTES) {
                    encoded = MemorySegment.ofArray(body.encode().toByteArray());
                }
                out.write(encoded, body.length());
            }
            out.publish();
        }
    }

    /// The mapped file. Unmapped by the collector, or with the process.
    private static final class Rings {
        private final SharedRing requests;
        private final SharedRing replies;

        Rings(Path file) throws IOException {
            long replyOffset = SharedRing.sizeBytes(REQUESTS_CAPACITY);
            long size = replyOffset + SharedRing.sizeBytes(REPLIES_CAPACITY);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                MemorySegment all = channel.map(MapMode.READ_WRITE, 0, size, Arena.ofAuto());
                requests = new SharedRing(all.asSlice(0, replyOffset), REQUESTS_CAPACITY);
                replies = new SharedRing(all.asSlice(replyOffset), REPLIES_CAPACITY);
            }
        }
    }

    /// The asking side.
    private static final class SharedExchange implements Exchange {
        private final String name;
        private final SharedRing requests;
        private final SharedRing replies;
        private final boolean spinning;
        private final MemorySegment request = MemorySegment.ofArray(new long[REQUEST_BYTES / 8]);
        private Body body = Body.of(Body.Form.BYTES, 1);
        private MemorySegment taken = MemorySegment.NULL;
        private byte[] array = {};

        SharedExchange(String name, Rings rings, boolean spinning) {
            this.name = name;
            this.requests = rings.requests;
            this.replies = rings.replies;
            this.spinning = spinning;
            ask(body);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void ask(Body wanted) {
            body = wanted;
            array = new byte[wanted.length()];
            taken = MemorySegment.ofArray(array);
            code(wanted.code());
        }

        private void code(int code) {
            request.set(ValueLayout.JAVA_INT_UNALIGNED, 0, code);
        }

        @Override
        public void wake() {
            requests.awake(spinning);
            replies.awake(spinning);
        }

        @Override
        public void rest() {
            requests.awake(false);
            replies.awake(false);
        }

        @Override
        public void call() {
            requests.write(request, REQUEST_BYTES);
            requests.publish();
            replies.await(body.length());
            take();
        }

        @Override
        public long pipeline(int outstanding, long untilNanos, Histogram sampled) {
            int window = (int) Math.max(1, Math.min(outstanding, REPLIES_CAPACITY / body.length()));
            long asked = window;
            long answered = 0;
            long marked = window;
            long start = System.nanoTime();
            request(window);
            while (answered < asked) {
                replies.await(body.length());
                int arrived = 0;
                while (replies.known() >= body.length()) {
                    take();
                    arrived++;
                }
                answered += arrived;
                long now = System.nanoTime();
                boolean sampling = answered >= marked;
                if (sampling) {
                    sampled.record(now - start);
                    start = now;
                }
                if (now < untilNanos) {
                    request(arrived);
                    asked += arrived;
                }
                marked = sampling ? asked : marked;
            }
            return answered;
        }

        private void request(int times) {
            for (int i = 0; i < times; i++) {
                requests.write(request, REQUEST_BYTES);
            }
            requests.publish();
        }

        /// Copies the reply out, as whoever reads shared memory must; decodes it where it is a record.
        private void take() {
            replies.readTo(taken, body.length());
            replies.release(body.length());
            if (body.form() != Body.Form.BYTES) {
                body.accept(Bytes.copyOf(array));
            }
        }

        @Override
        public void close() {
            code(END);
            request(1);
        }
    }
}
