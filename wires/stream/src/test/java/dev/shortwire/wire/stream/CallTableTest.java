package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.Link;
import dev.shortwire.wire.WireFailure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CallTableTest {
    private static final StreamCall.Owner NOBODY = new StreamCall.Owner() {
        @Override
        public void cancel(StreamCall call) {}

        @Override
        public void lend(StreamCall call) {}
    };

    private static StreamCall call(boolean isLent) {
        return new StreamCall(NOBODY, new Link.CallOutcome() {
            @Override
            public void reply(Frame reply) {}

            @Override
            public void failed(WireFailure failure) {}
        }, 0, isLent);
    }

    @Test
    void findsEachCallOnceByItsId() {
        CallTable table = new CallTable(8192);
        List<StreamCall> calls = new ArrayList<>();
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 8192; i++) {
            StreamCall call = call(i % 2 == 0);
            assertThat(table.add(call)).isTrue();
            calls.add(call);
            ids.add(call.id);
        }
        assertThat(ids).hasSize(8192).doesNotContain(0L);
        assertThat(table.add(call(false))).isFalse();
        for (StreamCall call : calls) {
            assertThat(table.remove(call.id)).isSameAs(call);
            assertThat(table.remove(call.id)).isNull();
            assertThat(table.remove(call)).isFalse();
        }
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void doesNotTakeALateReplyForThatOfACallInTheSameSlot() {
        CallTable table = new CallTable(1);
        StreamCall first = call(false);
        table.add(first);
        table.remove(first);
        for (int i = 0; i < 1_000; i++) {
            StreamCall next = call(false);
            table.add(next);
            assertThat(table.remove(first.id)).isNull();
            assertThat(table.remove(next)).isTrue();
        }
        assertThat(table.remove(-1)).isNull();
        assertThat(table.remove(0)).isNull();
    }

    @Test
    void endsEachCallOnceWhenTwoTry() throws InterruptedException {
        CallTable table = new CallTable(64);
        AtomicInteger ended = new AtomicInteger();
        int rounds = 20_000;
        ConcurrentLinkedQueue<StreamCall> made = new ConcurrentLinkedQueue<>();
        CountDownLatch over = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            while (over.getCount() > 0 || !made.isEmpty()) {
                StreamCall call = made.poll();
                if (call != null && table.remove(call)) {
                    ended.incrementAndGet();
                }
            }
        });
        for (int i = 0; i < rounds; i++) {
            StreamCall call = call(i % 3 == 0);
            while (!table.add(call)) {
                Thread.onSpinWait();
            }
            made.add(call);
            if (table.remove(call.id) != null) {
                ended.incrementAndGet();
            }
        }
        over.countDown();
        other.join();
        assertThat(ended).hasValue(rounds);
        assertThat(table.isEmpty()).isTrue();
    }
}
