package dev.shortwire.geecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.http.HttpProblem;
import dev.shortwire.http.HttpRequest;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerPathTest {
    private static final String BASE = "/_geecache/";

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"Tom,Tom", "a b,a+b", "a+b,a%2Bb", "a/b,a%2Fb", "100%,100%25",
        "-_.~,-_.~", "*'(),%2A%27%28%29", "汤姆,%E6%B1%A4%E5%A7%86", "😀,%F0%9F%98%80", "a?b#c&d=e,a%3Fb%23c%26d%3De",
        "%20,%2520", "..,.."})
    void writesWhatGosQueryEscapeWrites(String key, String escaped) {
        assertThat(new PeerPath("scores", key).encoded(PeerProtocol.GEECACHE, BASE))
                .isEqualTo("/_geecache/scores/" + escaped);
        assertThat(PeerPath.of(HttpRequest.of("GET", "/_geecache/scores/" + escaped), BASE))
                .isEqualTo(new PeerPath("scores", key));
    }

    @Test
    void asksAGroupcacheServerForASpaceAsItReadsIt() {
        assertThat(new PeerPath("my scores", "a b+c").encoded(PeerProtocol.GROUPCACHE, "/_groupcache/"))
                .isEqualTo("/_groupcache/my%20scores/a%20b%2Bc");
    }

    @ParameterizedTest
    @CsvSource({"a%20b,a b", "a+b,a b", "a%2Bb,a+b", "a%2bb,a+b", "a/b,a/b", "a%2Fb,a/b", "/a,/a", "a//,a//",
        "*'(),*'()"})
    void readsOtherWaysToWriteAKey(String escaped, String key) {
        assertThat(PeerPath.of(HttpRequest.of("GET", "/_geecache/scores/" + escaped + "?ignored=1"), BASE).key())
                .isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "scores", "scores/", "/Tom", "/", "scores/%", "scores/%4", "scores/%zz",
        "scores/%ff", "scores%2F"})
    void refusesAPathWithoutGroupOrKeyOrWithABrokenEscape(String rest) {
        HttpRequest request = HttpRequest.of("GET", "/_geecache/" + rest);

        assertThatThrownBy(() -> PeerPath.of(request, BASE)).isInstanceOfSatisfying(HttpProblem.class,
                problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void everyKeyComesBackAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String key = random.ints(1 + random.nextInt(20), 0, 0x3000).filter(c -> !Character.isSurrogate((char) c))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).append('x')
                    .toString();
            PeerPath path = new PeerPath("a group", key);

            for (PeerProtocol protocol : PeerProtocol.values()) {
                HttpRequest request = HttpRequest.of("GET", path.encoded(protocol, BASE));
                assertThat(PeerPath.of(request, BASE)).as("seed %d", seed).isEqualTo(path);
            }
        }
    }
}
