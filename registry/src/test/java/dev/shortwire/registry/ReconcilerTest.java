package dev.shortwire.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ReconcilerTest {
    private static final Member A = Member.named("a", 1);
    private static final Member B = Member.named("b", 1);
    private static final Member C = Member.named("c", 1);

    private final View view = new View(7, 3, List.of(A, B));

    @Test
    void leavesAViewAsItIsWhenItsMembersAreThosePresent() {
        assertThat(Reconciler.next(view, List.of(B, A))).isNull();
        assertThat(Reconciler.next(View.empty(7), List.of())).isNull();
    }

    @Test
    void takesInWhoCameAndLeavesOutWhoWentInOneEpoch() {
        View next = Objects.requireNonNull(Reconciler.next(view, List.of(C, B)));
        assertThat(next).isEqualTo(new View(7, 4, List.of(B, C)));
        assertThat(Reconciler.next(next, List.of(C, B))).isNull();
    }

    @Test
    void replacesAProcessByTheNextOneOfItsName() {
        Member again = Member.named("a", 2);
        assertThat(Reconciler.next(view, List.of(again, B))).isEqualTo(new View(7, 4, List.of(again, B)));
    }

    @Test
    void followsAChangeOfWeight() {
        Member heavy = new Member("a", 1, 300);
        assertThat(Reconciler.next(view, List.of(heavy, B))).isEqualTo(new View(7, 4, List.of(heavy, B)));
    }

    @Test
    void leavesNobodyWhenNobodyIsPresent() {
        assertThat(Reconciler.next(view, List.of())).isEqualTo(new View(7, 4, List.of()));
    }

    @Test
    void ranksThePresentMembersByNameAndEverybodyElseAfterThem() {
        View three = new View(7, 4, List.of(A, B, C));
        assertThat(Reconciler.rank(three, List.of(B, C), "b")).isZero();
        assertThat(Reconciler.rank(three, List.of(B, C), "c")).isEqualTo(1);
        assertThat(Reconciler.rank(three, List.of(B, C), "a")).isEqualTo(2);
        assertThat(Reconciler.rank(three, List.of(B, C), "observer")).isEqualTo(2);
    }
}
