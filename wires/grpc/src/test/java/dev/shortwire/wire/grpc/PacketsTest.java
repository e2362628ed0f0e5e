package dev.shortwire.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.shortwire.Bytes;
import dev.shortwire.grpc.v1.Fault;
import dev.shortwire.grpc.v1.Packet;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameEncoder;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.Sender;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The hand-written packets against the code that protoc makes of `wire.proto`.
final class PacketsTest {
    private static final Sender SENDER = new Sender(1, 2, "a", 3);

    @Test
    void writesWhatGeneratedCodeReads() throws InvalidProtocolBufferException {
        ByteBuffer packet = ByteBuffer.allocate(1 << 20);
        FrameEncoder encoder = new FrameEncoder();
        List<byte[]> frames = new ArrayList<>();
        for (int payload : new int[] {0, 1, 40, 127, 128, 16_383, 16_384, 300_000}) {
            Frame frame = Frame.of(20, SENDER).key("k" + payload).payload(Bytes.adopt(new byte[payload])).build();
            int length = FrameCodec.encodedLength(frame);
            int before = packet.position();
            Packets.writeFrame(frame, length, 7, 1_000, packet, encoder);
            assertThat(packet.position() - before).isEqualTo(Packets.frameBytes(length));
            frames.add(FrameCodec.encode(frame, 7, 1_000));
        }
        Packets.writeCancellation(-2, packet);
        packet.put(Packets.encode(new Packets.Fault(99, Packets.REPLY_TOO_LARGE, "zu groß")));
        Packet read = Packet.parseFrom(packet.flip());
        assertThat(read.getFramesList()).containsExactlyElementsOf(frames.stream().map(ByteString::copyFrom).toList());
        assertThat(read.getCancelledList()).containsExactly(-2L);
        assertThat(read.getFaultsList()).containsExactly(Fault.newBuilder().setCorrelation(99)
                .setCause(Fault.Cause.REPLY_TOO_LARGE).setMessage("zu groß").build());
        assertThat(Fault.Cause.BUSY_VALUE).isEqualTo(Packets.BUSY);
        assertThat(Fault.Cause.HANDLER_FAILED_VALUE).isEqualTo(Packets.HANDLER_FAILED);
    }

    @Test
    void readsWhatGeneratedCodeWritesAndSkipsWhatItDoesNotKnow() throws FrameException {
        UnknownFieldSet news = UnknownFieldSet.newBuilder()
                .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(-1).addFixed32(2).addFixed64(3)
                        .addLengthDelimited(ByteString.copyFromUtf8("later")).build())
                .build();
        Packet packet = Packet.newBuilder().setUnknownFields(news).addFrames(ByteString.copyFromUtf8("one"))
                .addFrames(ByteString.EMPTY).addFrames(ByteString.copyFrom(new byte[200])).addCancelled(1)
                .addCancelled(Long.MIN_VALUE).addFaults(Fault.newBuilder().setCorrelation(5).setMessage("m")
                        .setCause(Fault.Cause.BUSY).setUnknownFields(news))
                .addFaults(Fault.getDefaultInstance()).build();
        Parts parts = new Parts();
        Packets.read(packet.toByteString().asReadOnlyByteBuffer(), parts);
        assertThat(parts.frames).containsExactly("one", "", "\0".repeat(200));
        assertThat(parts.cancelled).containsExactly(1L, Long.MIN_VALUE);
        assertThat(parts.faults).containsExactly(new Packets.Fault(5, Packets.BUSY, "m"), new Packets.Fault(0, 0, ""));
    }

    @Test
    void refusesOrReadsWhateverComesAndNeverReadsTooFar() {
        byte[] valid = Packet.newBuilder().addFrames(ByteString.copyFromUtf8("frame")).addCancelled(1)
                .addFaults(Fault.newBuilder().setCorrelation(5).setMessage("message")).build().toByteArray();
        long seed = System.nanoTime();
        System.out.println("packets with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Packets.read(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)), new Parts());
            } catch (FrameException expected) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusesLengthsThatLie() {
        for (byte[] lie : List.of(new byte[] {0x0a, 5, 1}, new byte[] {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
                new byte[] {0x0a, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}, new byte[] {0x11, 1, 2},
                new byte[] {0x1a, 2, 0x1a, 9}, new byte[] {0}, new byte[] {0x0b}, new byte[] {(byte) 0x80})) {
            assertThatThrownBy(() -> Packets.read(ByteBuffer.wrap(lie), new Parts()))
                    .isInstanceOf(FrameException.class);
        }
    }

    private static final class Parts implements Packets.Target {
        private final List<String> frames = new ArrayList<>();
        private final List<Long> cancelled = new ArrayList<>();
        private final List<Packets.Fault> faults = new ArrayList<>();

        @Override
        public void frame(ByteBuffer frame) {
            frames.add(Bytes.copyOf(frame).utf8());
        }

        @Override
        public void cancelled(long correlation) {
            cancelled.add(correlation);
        }

        @Override
        public void fault(Packets.Fault fault) {
            faults.add(fault);
        }
    }
}
