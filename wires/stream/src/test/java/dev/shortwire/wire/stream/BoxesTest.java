package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.Sender;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What goes into an [Outbox] comes out of an [Inbox].
final class BoxesTest {
    private static final int MAX_FRAME = 4 << 20;
    private static final Sender SENDER = new Sender(1, 2, "node", 3);

    private final BufferPool pool = new BufferPool();
    private final MemoryPipe pipe = new MemoryPipe();
    private final List<IOException> faults = new ArrayList<>();
    private int stalls;
    private final Inbox inbox = new Inbox(pool, MAX_FRAME);
    private final List<Frame> received = new ArrayList<>();
    private final Outbox outbox = new Outbox(pipe, pool, 1 << 20, new Outbox.Owner() {
        @Override
        public void stalled() {
            stalls++;
        }

        @Override
        public void broken(IOException fault) {
            faults.add(fault);
        }
    });

    private static Frame frame(long number, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        new SplittableRandom(number).nextBytes(payload);
        return Frame.of(20, SENDER).requestId(number).key("key " + number).payload(Bytes.adopt(payload))
                .tag(16, Bytes.utf8("tag")).build();
    }

    private Outbox.Offer offer(Frame frame) {
        return outbox.offer(frame, FrameCodec.encodedLength(frame), 0, frame.requestId(), 1);
    }

    private void receive() throws IOException, FrameException {
        while (inbox.fill(pipe) > 0) {
            inbox.take((frame, id, remaining) -> {
                assertThat(id).isEqualTo(frame.requestId());
                received.add(frame.frame());
            });
        }
    }

    @Test
    void bringsFramesOfAllLengthsCutAnywhere() throws Exception {
        long seed = System.nanoTime();
        System.out.println("frames cut with seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int[] lengths = {0, 1, 100, 32_600, 32_700, 40_000, 131_000, 131_100, 400_000};
        List<Frame> sent = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            Frame frame = frame(i, lengths[random.nextInt(lengths.length)]);
            sent.add(frame);
            assertThat(offer(frame)).isEqualTo(Outbox.Offer.TAKEN);
            pipe.setAtOnce(random.nextBoolean() ? random.nextInt(1, 60_000) : Integer.MAX_VALUE);
            receive();
        }
        assertThat(received.equals(sent)).isTrue();
        assertThat(inbox.isWithinFrame()).isFalse();
    }

    @Test
    void readsAKeyOfFullLengthBeforeALongValue() throws Exception {
        Frame frame = Frame.of(20, SENDER).requestId(9).key("k".repeat(Limits.MAX_KEY_BYTES))
                .payload(Bytes.adopt(new byte[1 << 20])).tag(16, Bytes.adopt(new byte[65_531])).build();
        pipe.setAtOnce(7_001);
        offer(frame);
        receive();
        assertThat(received.equals(List.of(frame))).isTrue();
    }

    @Test
    void writesABurstOfAFewFramesAtOnce() throws Exception {
        outbox.beginBurst();
        for (int i = 1; i <= 10; i++) {
            offer(frame(i, 100));
        }
        assertThat(pipe.writes()).isZero();
        outbox.endBurst();
        assertThat(pipe.writes()).isEqualTo(1);
        receive();
        assertThat(received).extracting(Frame::requestId).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void keepsWhatAFullPipeDoesNotTakeUpToABoundAndGoesOnLater() throws Exception {
        pipe.setRoom(1_000);
        long taken = 0;
        while (offer(frame(taken + 1, 10_000)) == Outbox.Offer.TAKEN) {
            taken++;
        }
        assertThat(taken).isBetween(90L, 120L);
        assertThat(stalls).isEqualTo(1);
        assertThat(outbox.drain()).isFalse();
        pipe.setRoom(Integer.MAX_VALUE);
        assertThat(outbox.drain()).isTrue();
        assertThat(outbox.pendingBytes()).isZero();
        receive();
        assertThat(received).hasSize((int) taken);
        assertThat(received).extracting(Frame::requestId).isSorted();
    }

    @Test
    void takesALongerFrameThanTheBoundWhereNothingWaits() throws Exception {
        assertThat(offer(frame(1, 2 << 20))).isEqualTo(Outbox.Offer.TAKEN);
        receive();
        assertThat(received).hasSize(1);
    }

    @Test
    void refusesEverythingOnceItIsClosedOrBroken() {
        pipe.close();
        offer(frame(1, 10));
        assertThat(faults).hasSize(1);
        assertThat(offer(frame(2, 10))).isEqualTo(Outbox.Offer.CLOSED);
    }

    @Test
    void takesLittleMemoryForAFrameThatIsOnlyClaimed() throws Exception {
        byte[] head = FrameCodec.encode(frame(1, 3 << 20), 1, 1);
        ByteBuffer claimed = ByteBuffer.allocateDirect(BufferPool.BIG_BYTES).putInt(head.length)
                .put(head, 0, 1_000).flip();
        pipe.write(claimed);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        receive();
        assertThat(received).isEmpty();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }

    @Test
    void refusesALengthThatNoFrameHas() throws Exception {
        for (int length : new int[] {0, 69, -1, Integer.MIN_VALUE, MAX_FRAME + 1}) {
            Inbox hostile = new Inbox(pool, MAX_FRAME);
            pipe.write(ByteBuffer.allocateDirect(4).putInt(length).flip());
            hostile.fill(pipe);
            assertThatThrownBy(() -> hostile.take((frame, id, remaining) -> {})).isInstanceOf(FrameException.class)
                    .hasMessageContaining("max-frame-bytes");
        }
    }
}
