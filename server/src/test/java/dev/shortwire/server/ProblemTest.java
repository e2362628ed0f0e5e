package dev.shortwire.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.FailureKind;
import dev.shortwire.GroupOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProblemTest {
    @ParameterizedTest
    @CsvSource({"DEADLINE,504", "BUSY,503", "UNREACHABLE,503", "VIEWS_DIFFER,503", "NOT_A_MEMBER,503",
        "REGISTRY_AWAY,503", "CANCELLED,503", "ORIGIN,502", "LOAD_CYCLE,508", "UNKNOWN_GROUP,404", "TOO_LARGE,413",
        "BAD_REQUEST,400", "WRONG_CLUSTER,502", "CONFIGURATION,500", "CLOSED,503", "IN_DOUBT,504", "INTERNAL,500"})
    void everyKindHasItsStatus(FailureKind kind, int status) {
        Problem problem = Problem.of(kind.exception("why"));
        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.kind()).matches("[a-z-]+");
        assertThat(problem.detail()).isEqualTo("why");
        assertThat(Reply.problem(problem).header("Retry-After")).isEqualTo(status == 503 ? "1" : null);
    }

    @Test
    void theTableAboveHasAllKinds() {
        assertThat(FailureKind.values()).hasSize(17);
    }

    @Test
    void theDocumentIsThatOfTheStandard() {
        assertThat(
                Reply.problem(Problem.of(FailureKind.BUSY.exception("64 loads run and \"10000\" wait"))).body().utf8())
                .isEqualTo("{\"type\":\"tag:shortwire.dev,2026:problem/busy\",\"title\":\"Too many loads are waiting\","
                        + "\"status\":503,\"detail\":\"64 loads run and \\\"10000\\\" wait\",\"kind\":\"busy\"}");
    }

    @Test
    void aFaultOfOurOwnTellsTheClientNothingOfItself() {
        assertThat(Problem.internal("node-1").detail())
                .isEqualTo("the request failed inside node-1; its log has the reason");
    }

    @Test
    void longClientTextIsCutBetweenCharacters() {
        assertThat(Problem.shown("😀".repeat(150))).isEqualTo("😀".repeat(100) + "…");
        assertThat(Problem.shown("a" + "😀".repeat(150))).isEqualTo("a" + "😀".repeat(99) + "…");
    }

    @Test
    void durationsAreReadInTheirUnits() {
        assertThat(duration("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(duration("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(duration("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(duration("3h")).isEqualTo(Duration.ofHours(3));
        assertThat(duration("36500d")).isEqualTo(GroupOptions.FOREVER);
        assertThatThrownBy(() -> duration("36501d")).hasMessageContaining("ttl=\"36501d\"");
    }

    private static Duration duration(String text) {
        return DurationText.parse("ttl", text, GroupOptions.FOREVER);
    }
}
