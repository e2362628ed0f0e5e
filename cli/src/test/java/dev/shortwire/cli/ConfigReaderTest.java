package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.Fallback;
import dev.shortwire.GroupOptions;
import dev.shortwire.Level;
import dev.shortwire.spi.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigReaderTest {
    @TempDir
    Path folder;

    private final ConfigReader reader = new ConfigReader(Map.of(), Map.of());

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("node.yaml"), text);
    }

    private NodeConfig read(String text) throws IOException {
        return reader.read(file(text), Map.of());
    }

    @Test
    void readsEveryKindOfOption() throws IOException {
        NodeConfig config = read("""
                name: node-1
                cluster: shop
                registry: zookeeper://127.0.0.1:2181
                listen: "[::1]:8001"
                store: false
                session-timeout: 4s
                groups:
                  users:
                    capacity-bytes: 64MiB
                    time-to-live: 10m
                    absent-time-to-live: 0
                    level: nearby
                    fallback: fail
                    max-concurrent-loads: 4
                    content-type: application/json
                    origin:
                      jdbc:
                        url: jdbc:h2:mem:x
                        user: sa
                        password: 12345
                        query: SELECT name FROM users WHERE id = ?
                  pages:
                    origin:
                      http:
                        url: https://example.org/p/{key}?x=1
                  plain: {}
                """);
        assertThat(config.name()).isEqualTo("node-1");
        assertThat(config.storeOrDefault()).isFalse();
        assertThat(config.listenOrDefault()).isEqualTo(new HostPort("::1", 8001));
        assertThat(config.sessionTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.groupsOrEmpty()).containsOnlyKeys("users", "pages", "plain");
        GroupConfig users = group(config, "users");
        GroupOptions options = users.options();
        assertThat(options.capacityBytes()).isEqualTo(64L << 20);
        assertThat(options.timeToLive()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.absentTimeToLive()).isZero();
        assertThat(options.level()).isEqualTo(Level.NEARBY);
        assertThat(options.fallback()).isEqualTo(Fallback.FAIL);
        assertThat(options.maxConcurrentLoads()).isEqualTo(4);
        OriginConfig origin = Objects.requireNonNull(users.origin());
        assertThat(Objects.requireNonNull(origin.jdbc()).password()).isEqualTo(new Secret("12345"));
        assertThat(config.toString()).doesNotContain("12345");
        assertThat(group(config, "plain").options()).isEqualTo(GroupOptions.DEFAULT);
    }

    private static GroupConfig group(NodeConfig config, String name) {
        return Objects.requireNonNull(config.groupsOrEmpty().get(name));
    }

    @Test
    void takesAnEmptyFileForNothingSaid() throws IOException {
        NodeConfig config = read("# nothing\n");
        assertThat(config.storeOrDefault()).isTrue();
        assertThat(config.groupsOrEmpty()).isEmpty();
    }

    @Test
    void namesLinePathAndNearestKeyOfAnUnknownOne() {
        assertThatThrownBy(() -> read("""
                name: a
                groups:
                  users:
                    tiem-to-live: 10s
                """)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.yaml:4: groups.users.tiem-to-live is not an option")
                .hasMessageContaining("did you mean time-to-live?");
    }

    @Test
    void listsKnownKeysWhereNoneIsNear() {
        assertThatThrownBy(() -> read("groups:\n  users:\n    origin:\n      qqqqqqqq: x\n"))
                .hasMessageContaining("node.yaml:4: groups.users.origin.qqqqqqqq").hasMessageContaining("http, jdbc");
    }

    @Test
    void namesLineAndPathOfAWrongValue() {
        assertThatThrownBy(() -> read("name: a\ngroups:\n  users:\n    time-to-live: 10\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.yaml:4: groups.users.time-to-live").hasMessageContaining("such as 30s");
        assertThatThrownBy(() -> read("listen: nowhere\n")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("listen=nowhere");
        assertThatThrownBy(() -> read("expected-members: many\n")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.yaml:1: expected-members");
        assertThatThrownBy(() -> read("groups:\n  users:\n    level: best\n"))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("node.yaml:3: groups.users.level");
    }

    @Test
    void namesTheLineOfARuleThatIsBrokenAndNoTypeOfJava() {
        String jdbc = "groups:\n  users:\n    origin:\n      jdbc:\n        max-connections: 0\n"
                + "        url: jdbc:h2:mem:x\n        query: SELECT ?\n    level: owner\n";
        assertThatThrownBy(() -> read(jdbc)).hasMessageContaining(
                "node.yaml:5: groups.users.origin.jdbc: jdbc.max-connections=0 must be 1 to 1000");
        assertThatThrownBy(() -> read("name: a\nweight: 0\nstore: true\nlisten: localhost:1\n"))
                .hasMessageContaining("node.yaml:2: weight=0 must be");
        assertThatThrownBy(() -> read("name: a\nweight: many\n"))
                .hasMessageContaining("node.yaml:2: weight: \"many\" must be a whole number");
        assertThatThrownBy(() -> read("store: perhaps\n"))
                .hasMessageContaining("node.yaml:1: store: \"perhaps\" must be true or false");
        assertThatThrownBy(() -> read("groups:\n  users:\n    level: best\n"))
                .hasMessageContaining("node.yaml:3: groups.users.level: \"best\" must be one of nearby, owner");
        for (String wrong : List.of("name: [a]\n", "groups: many\n", "groups:\n  users: 5\n", "weight: {}\n",
                "registry-server: {id: 1, servers: x, data-dir: d}\n", "weight: 99999999999\n", "store: 1.5\n",
                "groups:\n  a:\n    origin:\n      http: {}\n")) {
            assertThatThrownBy(() -> read(wrong)).as(wrong).isInstanceOf(ConfigurationException.class)
                    .hasMessageMatching("(?s).*node\\.yaml:[0-9]+: .*")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("java.", "shortwire.", "Deserial", "`"));
        }
    }

    @Test
    void refusesTextThatIsNotYaml() {
        assertThatThrownBy(() -> read("name: [a\nlisten: x:1\n")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.yaml:");
        assertThatThrownBy(() -> read("- a\n- b\n")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void refusesAKeyThatIsThereTwice() {
        assertThatThrownBy(() -> read("name: a\nname: b\n")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node.yaml:2").hasMessageContaining("name");
    }

    @Test
    void tellsOfAMissingFile() {
        assertThatThrownBy(() -> reader.read(folder.resolve("none.yaml"), Map.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("does not exist");
    }

    @Test
    void letsLaterWordsWin() throws IOException {
        Path file = file("name: file\ncluster: file\nlisten: 127.0.0.1:1\nsession-timeout: 3s\n");
        ConfigReader all = new ConfigReader(
                Map.of("shortwire.name", "property", "shortwire.cluster", "property", "shortwire.session-timeout",
                        "5s"),
                Map.of("SHORTWIRE_NAME", "environment", "SHORTWIRE_HOME", "/x", "SHORTWIRE_PORT", "1"));
        NodeConfig config = all.read(file, Map.of("listen", "127.0.0.1:2"));
        assertThat(config.name()).isEqualTo("environment");
        assertThat(config.cluster()).isEqualTo("property");
        assertThat(config.sessionTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.listen()).isEqualTo("127.0.0.1:2");
    }

    @Test
    void refusesAVariableThatIsMistyped() {
        assertThatThrownBy(() -> new ConfigReader(Map.of(), Map.of("SHORTWIRE_LISTN", "x")).read(null, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("variable SHORTWIRE_LISTN is not known; did you mean SHORTWIRE_LISTEN?");
        Map<String, String> others = Map.of("SHORTWIRE_API", "x", "SHORTWIRE_SERVICE_HOST", "x", "SHORTWIRE_PORT", "x",
                "SHORTWIRE_PORT_8001_TCP_ADDR", "x", "SHORTWIRE_NODE_SERVICE_PORT_HTTP", "x", "shortwire_x", "x");
        assertThat(new ConfigReader(Map.of(), others).read(null, Map.of()).listen()).isNull();
    }

    @Test
    void setsAnyPathFromTheCommandLine() {
        NodeConfig config = reader.read(null, Map.of("groups.plain", "", "groups.users.capacity-bytes", "1KiB",
                "groups.users.origin.http.url", "http://localhost/{key}", "store", "false"));
        assertThat(config.storeOrDefault()).isFalse();
        assertThat(group(config, "plain").options()).isEqualTo(GroupOptions.DEFAULT);
        assertThat(group(config, "users").options().capacityBytes()).isEqualTo(1024);
    }

    @Test
    void namesThePathOfAMistakeOnTheCommandLine() {
        assertThatThrownBy(() -> reader.read(null, Map.of("groups.users.tmeout", "1s")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("groups.users.tmeout is not an option; did you mean timeout?");
    }

    @Test
    void holdsOriginsToTheirRules() {
        assertThatThrownBy(() -> read("groups:\n  a:\n    origin: {}\n")).hasMessageContaining("exactly one of");
        assertThatThrownBy(() -> new JdbcOriginConfig("jdbc:x:", null, null, "SELECT '?'", null))
                .hasMessageContaining("exactly one ?");
        assertThatThrownBy(() -> new JdbcOriginConfig("http://x", null, null, "SELECT ?", null))
                .hasMessageContaining("jdbc.url");
        for (String url : new String[] {"ftp://h/{key}", "http://{key}/x", "http://h/", "http://h/{key}/{key}",
            "http://h/#{key}", "{key}", "http://h/a b{key}", "file:///etc/{key}"}) {
            assertThatThrownBy(() -> new HttpOriginConfig(url)).as(url).isInstanceOf(ConfigurationException.class);
        }
    }
}
