package dev.shortwire.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FrameCodecTest {
    /// The example of `docs/protocol.md`, written by hand from its table.
    private static final String GOLDEN = """
            53 57 01 64
            01 02 03 04 05 06 07 08
            11 12 13 14 15 16 17 18
            00 00 00 00 00 00 00 02
            00 00 00 00 00 00 00 03
            00 00 00 00 00 00 00 05
            00 00 00 00 00 00 00 00
            00 0f 42 40
            02 02 01 01
            00 00 00 02
            00 00 00 01
            00 05
            61 67 c3 a9 ff
            00 10 00 01 74
            """;
    private static final Frame GOLDEN_FRAME = Frame.of(100, new Sender(0x1112131415161718L, 2, "a", 3)).epoch(5)
            .level(2).group("g").key("é").payload(Bytes.copyOf(new byte[] {-1})).tag(16, Bytes.utf8("t")).build();

    private static byte[] golden() {
        return HexFormat.of().parseHex(GOLDEN.replaceAll("\\s", ""));
    }

    private static SplittableRandom random() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        return new SplittableRandom(seed);
    }

    @Test
    void writesAndReadsTheDocumentedBytes() throws FrameException {
        byte[] encoded = FrameCodec.encode(GOLDEN_FRAME, 0x0102030405060708L, 1_000_000);
        assertThat(encoded).isEqualTo(golden());
        FrameCodec.Received received = FrameCodec.decode(ByteBuffer.wrap(golden()));
        assertThat(received).isEqualTo(new FrameCodec.Received(GOLDEN_FRAME, 0x0102030405060708L, 1_000_000));
    }

    @Test
    void readsWhatItWrote() throws FrameException {
        SplittableRandom random = random();
        for (int i = 0; i < 5_000; i++) {
            Frame frame = frame(random);
            long correlation = random.nextLong();
            long remaining = random.nextLong(1L << 32);
            byte[] encoded = FrameCodec.encode(frame, correlation, remaining);
            assertThat(encoded).hasSize(FrameCodec.encodedLength(frame));
            ByteBuffer source = i % 2 == 0 ? ByteBuffer.wrap(encoded)
                    : ByteBuffer.allocateDirect(encoded.length).put(encoded).flip();
            assertThat(FrameCodec.decode(source))
                    .isEqualTo(new FrameCodec.Received(frame, correlation, remaining));
            assertThat(source.hasRemaining()).isFalse();
        }
    }

    @Test
    void writesATimeBeyondTheFieldAsTheLongest() throws FrameException {
        byte[] encoded = FrameCodec.encode(GOLDEN_FRAME, 1, Long.MAX_VALUE);
        assertThat(FrameCodec.decode(ByteBuffer.wrap(encoded)).remainingMicros()).isEqualTo(0xffff_ffffL);
    }

    @Test
    void refusesEveryTruncationAndEveryExtension() {
        byte[] bytes = golden();
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> FrameCodec.decode(part)).isInstanceOf(FrameException.class);
        }
        assertThatThrownBy(() -> FrameCodec.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1))))
                .isInstanceOf(FrameException.class);
    }

    @Test
    void readsCorruptBytesAsAFrameOrRefusesThemWithoutTakingMemory() {
        SplittableRandom random = random();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int frames = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i % 4 == 0 ? golden() : FrameCodec.encode(frame(random), 1, 1);
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                bytes[random.nextInt(random.nextBoolean() ? 70 : bytes.length)] = (byte) random.nextInt();
            }
            frames += isFrame(bytes) ? 1 : 0;
            long before = threads.getCurrentThreadAllocatedBytes();
            isFrame(bytes);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64L * 1024 + 8L * bytes.length);
        }
        assertThat(frames).isPositive();
    }

    private static boolean isFrame(byte[] bytes) {
        try {
            FrameCodec.decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (FrameException e) {
            assertThat(e).hasMessageNotContainingAny("null");
            return false;
        }
    }

    @Test
    void refusesLengthsThatLie() {
        for (int offset : new int[] {60, 64}) {
            for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 24, 0}) {
                byte[] bytes = golden();
                ByteBuffer.wrap(bytes).putInt(offset, length);
                assertThatThrownBy(() -> FrameCodec.decode(ByteBuffer.wrap(bytes))).as("%d at %d", length, offset)
                        .isInstanceOf(FrameException.class);
            }
        }
    }

    @Test
    void refusesTextThatIsNotUtf8ButReadsTheReplacementCharacter() throws FrameException {
        byte[] bytes = golden();
        bytes[72] = (byte) 0xff;
        assertThatThrownBy(() -> FrameCodec.decode(ByteBuffer.wrap(bytes))).isInstanceOf(FrameException.class)
                .hasMessageContaining("UTF-8");
        Frame frame = Frame.of(20, GOLDEN_FRAME.sender()).key("\uFFFD").build();
        assertThat(FrameCodec.decode(ByteBuffer.wrap(FrameCodec.encode(frame, 1, 1))).frame()).isEqualTo(frame);
    }

    @Test
    void refusesTagsThatDoNotAscendOrEndWithinOne() {
        byte[] twice = FrameCodec.encode(Frame.of(20, GOLDEN_FRAME.sender()).tag(1, Bytes.EMPTY).tag(2, Bytes.EMPTY)
                .build(), 1, 1);
        twice[twice.length - 3] = 1;
        assertThatThrownBy(() -> FrameCodec.decode(ByteBuffer.wrap(twice))).isInstanceOf(FrameException.class)
                .hasMessageContaining("ascend");
        byte[] within = golden();
        within[within.length - 2] = 2;
        assertThatThrownBy(() -> FrameCodec.decode(ByteBuffer.wrap(within))).isInstanceOf(FrameException.class);
    }

    @Test
    void buildsNoFrameThatCouldNotBeWritten() {
        Frame.Builder frame = Frame.of(20, GOLDEN_FRAME.sender());
        assertThatThrownBy(() -> frame.key("\uD83D").build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> frame.key("k".repeat(Limits.MAX_KEY_BYTES + 1)).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> frame.key("").group("ä".repeat(128)).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> frame.group("").hopsLeft(256).build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> frame.hopsLeft(0).level(-1).build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Frame.of(0, GOLDEN_FRAME.sender())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tags.NONE.with(1, Bytes.adopt(new byte[65_532])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tags.NONE.with(0, Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Tags.NONE.with(1, Bytes.adopt(new byte[65_531])).get(1)).isNotNull();
    }

    @Test
    void writesAndReadsTagsWithoutAnObjectForEach() {
        Tags tags = new Tags.Writer(3, 16 + 1 + 4).twoLongs(17, -2, Long.MAX_VALUE).text(18, "a/ä\0")
                .oneByte(65_535, 200).done();
        assertThat(tags).isEqualTo(Tags.NONE.with(65_535, Bytes.copyOf(new byte[] {(byte) 200}))
                .with(18, Bytes.utf8("a/?\0"))
                .with(17, Bytes.adopt(ByteBuffer.allocate(16).putLong(-2).putLong(Long.MAX_VALUE).array())));
        assertThat(tags.length(17)).isEqualTo(16);
        assertThat(tags.longAt(17, 0)).isEqualTo(-2);
        assertThat(tags.longAt(17, 8)).isEqualTo(Long.MAX_VALUE);
        assertThat(tags.byteAt(65_535, 0)).isEqualTo((byte) 200);
        assertThat(tags.isText(18, "a/?\0")).isTrue();
        assertThat(tags.isText(18, "a/?")).isFalse();
        assertThat(tags.isText(18, "a/??")).isFalse();
    }

    @Test
    void readsNothingOfATagBeyondItsEnd() {
        Tags tags = Tags.NONE.with(17, Bytes.copyOf(new byte[8])).with(18, Bytes.copyOf(new byte[8]));
        assertThat(tags.length(16)).isEqualTo(-1);
        assertThat(tags.isText(16, "")).isFalse();
        assertThatThrownBy(() -> tags.longAt(17, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tags.byteAt(17, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tags.byteAt(17, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tags.byteAt(16, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void writesOnlyTagsThatAFrameCanHave() {
        assertThatThrownBy(() -> new Tags.Writer(257, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tags.Writer(1, 65_532)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tags.Writer(2, 2).oneByte(5, 0).oneByte(5, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tags.Writer(1, 1).oneByte(65_536, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tags.Writer(1, 1).twoLongs(1, 0, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Tags.Writer(2, 2).oneByte(1, 0).done()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFrameTakenFromAViewStaysWhenTheNextOnePasses() throws FrameException {
        SplittableRandom random = new SplittableRandom(7);
        FrameDecoder decoder = new FrameDecoder();
        for (int i = 0; i < 300; i++) {
            Frame first = frame(random);
            Frame second = frame(random);
            Frame kept = read(decoder, FrameCodec.encode(first, 1, 1)).frame();
            FrameView passing = read(decoder, FrameCodec.encode(second, 2, 2));
            assertThat(kept).isEqualTo(first);
            assertThat(passing.frame()).isEqualTo(second);
            assertThat(FrameCodec.encode(passing, 2, 2)).isEqualTo(FrameCodec.encode(second, 2, 2));
        }
    }

    private static FrameView read(FrameDecoder decoder, byte[] encoded) throws FrameException {
        decoder.read(ByteBuffer.wrap(encoded), encoded.length);
        return decoder;
    }

    @Test
    void aBuilderThatIsUsedAgainIsWrittenAsTheFrameThatItBuilds() {
        Frame.Builder builder = Frame.of(9, new Sender(1, 2, "before", 3)).group("g").key("k").level(2).requestId(4)
                .payload(Bytes.utf8("p")).tag(30, Bytes.utf8("t"));
        Frame second = builder.begin(8, new Sender(1, 2, "after", 3)).epoch(6).build();
        assertThat(second).isEqualTo(Frame.of(8, new Sender(1, 2, "after", 3)).epoch(6).build());
        assertThat(FrameCodec.encode(builder, 1, 1)).isEqualTo(FrameCodec.encode(second, 1, 1));
    }

    @Test
    void namesAClusterByTheFnvHashOfItsName() {
        assertThat(FrameCodec.clusterId("")).isEqualTo(0xcbf29ce484222325L);
        assertThat(FrameCodec.clusterId("a")).isEqualTo(0xaf63dc4c8601ec8cL);
    }

    private static Frame frame(SplittableRandom random) {
        Frame.Builder frame = Frame.of(random.nextInt(1, 256),
                new Sender(random.nextLong(), random.nextLong(), text(random, 20), random.nextLong()))
                .epoch(random.nextLong()).requestId(random.nextLong()).hopsLeft(random.nextInt(256))
                .level(random.nextInt(256)).group(text(random, 20)).key(text(random, 200)).payload(bytes(random, 300));
        for (int tags = random.nextInt(4); tags > 0; tags--) {
            frame.tag(random.nextInt(1, 65_536), bytes(random, 50));
        }
        return frame.build();
    }

    private static Bytes bytes(SplittableRandom random, int max) {
        byte[] bytes = new byte[random.nextInt(max)];
        random.nextBytes(bytes);
        return Bytes.adopt(bytes);
    }

    /// Up to `max` characters of all lengths in UTF-8.
    private static String text(SplittableRandom random, int max) {
        int[] bounds = {0x80, 0x800, 0xd800, 0x110000};
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(max); length > 0; length--) {
            int c = random.nextInt(bounds[random.nextInt(4)]);
            text.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 'x' : c);
        }
        return text.toString();
    }
}
