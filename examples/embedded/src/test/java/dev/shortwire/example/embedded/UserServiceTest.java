package dev.shortwire.example.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shortwire.example.embedded.UserService.User;
import dev.shortwire.registry.zookeeper.embedded.EmbeddedZooKeeper;
import dev.shortwire.registry.zookeeper.embedded.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Runs the README's example: three instances over HTTP and a real ZooKeeper.
@Timeout(120)
final class UserServiceTest {
    @Test
    void instancesShareOneCache(@TempDir Path data) {
        Map<String, AtomicInteger> loads = new ConcurrentHashMap<>();
        UserService.Database database = id -> {
            loads.computeIfAbsent(id, i -> new AtomicInteger()).incrementAndGet();
            return id.startsWith("no") ? null : new User(id, "name of " + id);
        };
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.standalone(data, FreePorts.take(1)[0]);
                UserService a = new UserService("a", zooKeeper.uri().toString(), database);
                UserService b = new UserService("b", zooKeeper.uri().toString(), database);
                UserService c = new UserService("c", zooKeeper.uri().toString(), database)) {
            List<UserService> instances = List.of(a, b, c);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> instances.stream().allMatch(s -> s.node().view().members()
                            .stream().filter(m -> m.state().equals("self") || m.state().equals("linked"))
                            .count() == 3));
            List<String> ids = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
            for (UserService instance : instances) {
                ids.forEach(id -> assertThat(instance.user(id)).isEqualTo(new User(id, "name of " + id)));
                assertThat(instance.user("nobody")).isNull();
                assertThat(instance.users().getAll(ids)).hasSize(100);
            }
            assertThat(loads).hasSize(101).allSatisfy((id, count) -> assertThat(count).as(id).hasValue(1));
            a.rename("7", "Tim");
            instances.forEach(instance -> assertThat(instance.user("7")).isEqualTo(new User("7", "Tim")));
            b.users().remove("7");
            instances.forEach(instance -> assertThat(instance.user("7")).isEqualTo(new User("7", "name of 7")));
        }
    }

    @Test
    void theReadmeShowsThisCode() throws Exception {
        String source = Files.readString(Path.of("src/main/java/dev/shortwire/example/embedded/UserService.java"));
        Matcher region = Pattern.compile("// @start region=\"embedded\"\n(.*?)\\s*// @end", Pattern.DOTALL)
                .matcher(source);
        assertThat(region.find()).isTrue();
        String code = region.group(1).stripIndent().strip();
        for (String readme : List.of("README.md", "README.zh-CN.md")) {
            assertThat(Files.readString(Path.of("../..", readme))).as(readme).contains(code);
        }
    }
}
