package dev.shortwire.registry.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.registry.RegistryProvider;
import java.net.URI;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZooKeeperAddressTest {
    @Test
    void hasServersAndPerhapsAChroot() {
        assertThat(parse("zookeeper://127.0.0.1:2181,host-2.example:2182/apps/cache/"))
                .isEqualTo(new ZooKeeperAddress("127.0.0.1:2181,host-2.example:2182", "/apps/cache"));
        assertThat(parse("zookeeper://h:1")).isEqualTo(new ZooKeeperAddress("h:1", "")).hasToString("zookeeper://h:1");
        assertThat(parse("zookeeper://[::1]:2181/").servers()).isEqualTo("[::1]:2181");
    }

    @Test
    void isFoundByItsScheme() {
        assertThat(ServiceLoader.load(RegistryProvider.class)).extracting(RegistryProvider::scheme)
                .contains("zookeeper");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zookeeper:///", "zookeeper:x", "zookeeper://host", "zookeeper://host:0",
        "zookeeper://host:65536", "zookeeper://host:x", "zookeeper://host:1,", "zookeeper://host:1/a//b",
        "zookeeper://host:1/../x", "zookeeper://host:1/%20", "zookeeper://host:1?x=1", "zookeeper://host:1#x"})
    void refusesAMalformedAddress(String uri) {
        assertThatThrownBy(() -> parse(uri)).isInstanceOf(ConfigurationException.class).hasMessageContaining(uri)
                .hasMessageContaining("registry=");
    }

    @Test
    void doesNotRepeatAPassword() {
        assertThatThrownBy(() -> parse("zookeeper://user:secret@host:1")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("must have no user").message().doesNotContain("secret");
    }

    private static ZooKeeperAddress parse(String uri) {
        return ZooKeeperAddress.parse(URI.create(uri));
    }
}
