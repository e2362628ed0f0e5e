package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WordsTest {
    @Test
    void namesTheWordThatWasProbablyMeant() {
        List<String> known = List.of("time-to-live", "timeout", "capacity-bytes");
        assertThat(Nearest.to("tiem-to-live", known)).hasValue("time-to-live");
        assertThat(Nearest.to("timout", known)).hasValue("timeout");
        assertThat(Nearest.to("zzz", known)).isEmpty();
        assertThat(Nearest.to("x", List.of())).isEmpty();
    }

    @Test
    void countsEdits() {
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.distance("same", "same")).isZero();
    }

    @Test
    void neverPrintsASecret() {
        Secret secret = new Secret("hunter2");
        JdbcOriginConfig config = new JdbcOriginConfig("jdbc:h2:mem:x", "sa", secret, "SELECT ?", null);
        assertThat(config.toString()).contains("***").doesNotContain("hunter2");
        assertThat(secret.reveal()).isEqualTo("hunter2");
    }

    @Test
    void restoresArgumentsFromTheRawCommandLine() {
        byte[] raw = "java\0-jar\0x.jar\0get\0\0钥匙\0".getBytes(UTF_8);
        assertThat(Arguments.restored(new String[] {"get", "", "\ufffd\ufffd"}, raw)).containsExactly("get", "", "钥匙");
    }

    @Test
    void keepsArgumentsThatAnotherCommandLineDoesNotExplain() {
        byte[] raw = "java\0-jar\0x.jar\0put\0钥匙\0".getBytes(UTF_8);
        String[] args = {"get", "\ufffd"};
        assertThat(Arguments.restored(args, raw)).isSameAs(args);
        assertThat(Arguments.restored(args, new byte[0])).isSameAs(args);
    }
}
