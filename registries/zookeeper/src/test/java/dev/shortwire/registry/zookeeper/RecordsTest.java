package dev.shortwire.registry.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.FailureKind;
import dev.shortwire.PermanentException;
import dev.shortwire.registry.Member;
import dev.shortwire.registry.Profile;
import dev.shortwire.registry.View;
import dev.shortwire.registry.zookeeper.Records.Presence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordsTest {
    private static final View VIEW = new View(-1, 12, List.of(new Member("node-1", Long.MIN_VALUE, 100)));

    @Test
    void theViewIsWrittenAsDocumented() {
        assertThat(new String(Records.encode(VIEW), StandardCharsets.UTF_8)).isEqualTo("""
                {"incarnation":"ffffffffffffffff","epoch":12,"members":[\
                {"name":"node-1","incarnation":"8000000000000000","weight":100}]}""");
        assertThat(Records.view(Records.encode(VIEW))).isEqualTo(VIEW);
        assertThat(Records.view(Records.encode(View.empty(5)))).isEqualTo(View.empty(5));
    }

    @Test
    void aPresenceComesBackAsItWas() {
        Presence presence = new Presence(new Member("127.0.0.1:8001", 3, 7),
                new Profile("127.0.0.1:8001", 3, "h\u00f6st",
                        9, Map.of("http", "127.0.0.1:8001"), Map.of("api", "x", "", "\u94a5")));
        assertThat(Records.presence("127.0.0.1:8001", Records.encode(presence))).isEqualTo(presence);
        assertThat(Records.presence("other", Records.encode(presence))).isNull();
    }

    @Test
    void fieldsOfALaterReleaseArePassedOver() {
        assertThat(view("{\"incarnation\":\"1\",\"epoch\":0,\"members\":[],\"colour\":{\"a\":[1,[],null,1.5,true]},"
                + "\"size\":99999999999999999999}"))
                .isEqualTo(View.empty(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{", "12", "\u0000",
        "{\"incarnation\":\"1\",\"epoch\":-1,\"members\":[]}", "{\"incarnation\":1,\"epoch\":1,\"members\":[]}",
        "{\"incarnation\":\"x\",\"epoch\":1,\"members\":[]}", "{\"incarnation\":\"1\",\"epoch\":\"1\",\"members\":[]}",
        "{\"incarnation\":\"1\",\"epoch\":1,\"members\":[1]}", "{\"incarnation\":\"1\",\"epoch\":1.5,\"members\":[]}",
        "{\"incarnation\":\"1\",\"epoch\":1,\"members\":[{\"name\":\"a\",\"incarnation\":\"1\",\"weight\":0}]}",
        "{\"incarnation\":\"1\",\"epoch\":1,\"members\":{}}",
        "{\"incarnation\":\"1\",\"epoch\":99999999999999999999,\"members\":[]}"})
    void whatIsNoViewIsNone(String text) {
        assertThat(view(text)).isNull();
    }

    @Test
    void whatIsTooLongIsNeitherWrittenNorRead() {
        View crowd = new View(1, 1,
                IntStream.range(0, 10_000).mapToObj(i -> Member.named("member-with-a-long-name-" + i, i)).toList());
        assertThatThrownBy(() -> Records.encode(crowd)).isInstanceOfSatisfying(PermanentException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.TOO_LARGE)).hasMessageContaining("10000 members");
        assertThat(Records.view(new byte[Records.MAX_VIEW_BYTES + 1])).isNull();
    }

    private static @org.jspecify.annotations.Nullable View view(String text) {
        return Records.view(text.getBytes(StandardCharsets.UTF_8));
    }
}
