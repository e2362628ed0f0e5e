package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PairedRunTest {
    @Test
    void runsTheLoopsInTurn() {
        List<String> trace = new ArrayList<>();
        PairedRun.Result result = new PairedRun().operations(7).rounds(2).warmUpRounds(1).loop("a", n -> {
            trace.add("a" + n);
            return 1;
        }).loop("b", n -> {
            trace.add("b" + n);
            return 10;
        }).run();
        assertThat(trace).containsExactly("a7", "b7", "a7", "b7", "a7", "b7");
        assertThat(result.names()).containsExactly("a", "b");
        assertThat(result.checksum()).isEqualTo(33);
        assertThat(result.nanos("a").count()).isEqualTo(2);
        assertThat(result.nanos("b").min()).isNotNegative();
    }

    @Test
    void comparesALoopWithTheFirstRoundByRound() {
        PairedRun.Result result = new PairedRun().operations(1000).rounds(5).loop("one", PairedRunTest::sum)
                .loop("other", PairedRunTest::sum).run();
        assertThat(result.ratio("one").min()).isEqualTo(1);
        assertThat(result.ratio("one").max()).isEqualTo(1);
        assertThat(result.ratio("other").min()).isPositive();
        assertThat(result.ratio("one", "other").median() * result.ratio("other", "one").median()).isPositive();
    }

    @Test
    void countsAllocatedBytes() {
        byte[][] kept = new byte[1][];
        PairedRun.Result result = new PairedRun().operations(10_000).rounds(5).loop("none", PairedRunTest::sum)
                .loop("arrays", n -> {
                    for (int i = 0; i < n; i++) {
                        kept[0] = new byte[100];
                    }
                    return kept[0].length;
                }).run();
        assertThat(result.allocatedBytes("none").median()).isZero();
        assertThat(result.allocatedBytes("arrays").median()).isBetween(100.0, 150.0);
    }

    @Test
    void makesATableOfItsLoops() {
        Table table = new PairedRun().operations(1000).rounds(3).loop("one", PairedRunTest::sum).run().table("Title");
        assertThat(table.rows()).singleElement().satisfies(row -> assertThat(row.keySet()).containsExactly("name",
                "nanosMedian", "nanosSpread", "ratio", "allocatedBytes"));
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatThrownBy(() -> new PairedRun().run()).hasMessageContaining("loops=0 must be >= 1");
        assertThatThrownBy(() -> new PairedRun().rounds(0)).hasMessageContaining("rounds=0 must be >= 1");
        assertThatThrownBy(() -> new PairedRun().loop("a", n -> n).loop("a", n -> n))
                .hasMessageContaining("loop name=a must be unique");
        PairedRun.Result result = new PairedRun().operations(1).loop("a", n -> n).run();
        assertThatThrownBy(() -> result.nanos("b")).hasMessageContaining("name=b must be one of [a]");
    }

    private static long sum(int operations) {
        long sum = 0;
        for (int i = 0; i < operations; i++) {
            sum += Integer.reverse(i);
        }
        return sum;
    }
}
