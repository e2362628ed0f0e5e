package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Counts the bytes that this thread allocates while it looks up owners.
final class AllocationTest {
    private static final int LOOKUPS = 1_000_000;
    private static final String[] GROUPS = {"scores", "unicode", "用户"};
    private static final String[] KEYS = {"", "Tom", "user:123456789", "汤姆", "😀😀", "é-\uD800", "x".repeat(20),
        "y".repeat(100), "z".repeat(200), "w".repeat(300), "/a/long/enough/path?with=query"};

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(strings = {"weighted", "geecache"})
    void lookUpsAllocateNothing(String name) {
        Placement placement = Placements.byName(name);
        Ring ring = placement.ring(List.of(new RingMember("a"), new RingMember("b"), new RingMember("c")));
        lookUp(placement, ring, LOOKUPS);
        long best = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            lookUp(placement, ring, LOOKUPS);
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // The measurement itself may cost a few objects; a look-up that allocated would cost 16 MB at least.
        assertThat(best).isLessThan(1_000);
    }

    private static void lookUp(Placement placement, Ring ring, int count) {
        int owners = 0;
        for (int i = 0; i < count; i++) {
            owners += ring.owner(placement.hash(GROUPS[i % GROUPS.length], KEYS[i % KEYS.length])).length();
        }
        assertThat(owners).isEqualTo(count);
    }
}
