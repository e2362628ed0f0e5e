package dev.shortwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.shortwire.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpOriginTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getRawPath();
            asked.add(path);
            int status = path.endsWith("/missing") ? 404 : path.endsWith("/moved") ? 302 : path.endsWith("/bad") ? 500
                    : 200;
            exchange.getResponseHeaders().add("Location", "/users/elsewhere");
            byte[] body = "body".getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private HttpOrigin origin() {
        return new HttpOrigin(new HttpOriginConfig("http://localhost:" + server.getAddress().getPort()
                + "/users/{key}"));
    }

    @Test
    void givesTheBodyOfASuccess() throws Exception {
        try (HttpOrigin origin = origin()) {
            assertThat(origin.load("a/b ?&#%钥", new TestLoadContext())).isEqualTo(Bytes.utf8("body"));
            assertThat(asked).containsExactly("/users/a%2Fb%20%3F%26%23%25%E9%92%A5");
        }
    }

    @Test
    void takesNotFoundForAbsent() throws Exception {
        try (HttpOrigin origin = origin()) {
            assertThat(origin.load("missing", new TestLoadContext())).isNull();
        }
    }

    @Test
    void failsOnAnyOtherStatusAndFollowsNoRedirect() {
        try (HttpOrigin origin = origin()) {
            assertThatThrownBy(() -> origin.load("bad", new TestLoadContext())).isInstanceOf(IOException.class)
                    .hasMessageContaining("answered 500");
            assertThatThrownBy(() -> origin.load("moved", new TestLoadContext())).isInstanceOf(IOException.class)
                    .hasMessageContaining("answered 302");
            assertThat(asked).containsExactly("/users/bad", "/users/moved");
        }
    }

    @Test
    void tellsNoParameterOfItsUrl() {
        String url = "http://localhost:" + server.getAddress().getPort() + "/users/{key}?token=c4nary";
        try (HttpOrigin origin = new HttpOrigin(new HttpOriginConfig(url))) {
            assertThatThrownBy(() -> origin.load("bad", new TestLoadContext()))
                    .hasMessageContaining("localhost:" + server.getAddress().getPort() + " answered 500")
                    .hasMessageNotContaining("c4nary");
        }
        assertThatThrownBy(() -> new HttpOriginConfig("http://me:c4nary@h/{key}"))
                .hasMessageContaining("no user and password").hasMessageNotContaining("c4nary");
    }

    @Test
    void neverLetsAKeyLeaveItsPlaceInTheUrl() throws IOException {
        assertThat(HttpOrigin.uri("http://h/u/{key}", "../x@evil:1/")).hasToString("http://h/u/..%2Fx%40evil%3A1%2F");
        assertThatThrownBy(() -> HttpOrigin.uri("http://h/u/{key}", "..")).isInstanceOf(IOException.class);
        assertThat(HttpOrigin.uri("http://h/?q={key}&x=1", "a&b").getRawQuery()).isEqualTo("q=a%26b&x=1");
    }
}
