package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Bytes;
import dev.shortwire.ConfigurationException;
import dev.shortwire.Node;
import dev.shortwire.grpc.v1.CacheGrpc;
import dev.shortwire.grpc.v1.Member;
import dev.shortwire.grpc.v1.MembersRequest;
import dev.shortwire.server.ApiSettings;
import dev.shortwire.spi.Clock;
import dev.shortwire.testkit.TestCertificates;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsSettings;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes whose configuration has TLS: their peers, their API, and the commands that call it.
final class NodeTlsTest {
    @TempDir
    static Path folder;
    private static TestCertificates authority;
    private static TlsSettings one;
    private static TlsSettings two;

    @BeforeAll
    static void issue() {
        authority = new TestCertificates(folder);
        one = authority.issue("node-1", "dns:node-1,ip:127.0.0.1");
        two = authority.node("node-2");
    }

    @Test
    void nodesOfAClusterTalkAndAnswerOverTls() throws Exception {
        int port1 = freePort();
        int port2 = freePort();
        String registry = "static://node-1=localhost:" + port1 + ",node-2=localhost:" + port2;
        try (Assembly first = start("node-1", port1, registry, one, Map.of());
                Assembly second = start("node-2", port2, registry, two, Map.of())) {
            for (int i = 0; i < 20; i++) {
                String key = "key-" + i;
                first.node().raw("users").put(key, Bytes.utf8("value " + i), "text/plain", null);
                assertThat(second.node().raw("users").ask(key, Duration.ofSeconds(30)).value())
                        .isEqualTo(Bytes.utf8("value " + i));
            }
            assertThat(second.node().view().members()).extracting(Node.MemberView::wire).contains("http");

            HttpClient client = HttpClient.newBuilder().sslContext(Tls.open(two, Clock.SYSTEM).context())
                    .version(HttpClient.Version.HTTP_1_1).build();
            assertThat(get(client, "https://127.0.0.1:" + port1 + "/livez").body()).isEqualTo("ok");
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), "http://127.0.0.1:" + port1 + "/livez"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(stranger(), "https://127.0.0.1:" + port1 + "/livez"))
                    .isInstanceOf(IOException.class);

            Captured said = new Captured();
            int code = said.run("get", "--api", "https://localhost:" + port2, "--tls-cert", one.cert().toString(),
                    "--tls-key", one.key().toString(), "--tls-trust", one.trust().toString(), "--group", "users",
                    "key-7");
            assertThat(code).as(said.err()).isZero();
            assertThat(said.out()).contains("value 7");
        }
    }

    @Test
    void theApiIsOpenToAllWhereOnlyPeersMustShowACertificate() throws Exception {
        int port = freePort();
        try (Assembly node = start("node-1", port, null, one, Map.of("tls.client-auth", "peers"))) {
            assertThat(get(stranger(), "https://127.0.0.1:" + port + "/livez").body()).isEqualTo("ok");
            assertThat(get(stranger(), "https://127.0.0.1:" + port + "/internal/wire").statusCode()).isEqualTo(403);
            assertThat(node.node().isMember()).isTrue();
        }
    }

    @Test
    void grpcIsServedOverTlsToThoseWhoShowACertificateUnlessOnlyPeersMust() throws Exception {
        ChannelCredentials none = TlsChannelCredentials.newBuilder().trustManager(one.trust().toFile()).build();
        ChannelCredentials ours = TlsChannelCredentials.newBuilder()
                .keyManager(two.cert().toFile(), two.key().toFile()).trustManager(one.trust().toFile()).build();
        String all = "127.0.0.1:" + freePort();
        try (Assembly node = start("node-1", freePort(), null, one, Map.of("grpc", all))) {
            assertThat(node.node().isMember()).isTrue();
            assertThat(members(all, ours)).containsExactly("node-1");
            assertThatThrownBy(() -> members(all, none)).isInstanceOf(StatusRuntimeException.class);
            assertThatThrownBy(() -> members(all, InsecureChannelCredentials.create()))
                    .isInstanceOf(StatusRuntimeException.class);
        }
        String open = "127.0.0.1:" + freePort();
        try (Assembly node = start("node-1", freePort(), null, one,
                Map.of("grpc", open, "tls.client-auth", "peers"))) {
            assertThat(node.node().isMember()).isTrue();
            assertThat(members(open, none)).containsExactly("node-1");
            assertThatThrownBy(() -> members(open, InsecureChannelCredentials.create()))
                    .isInstanceOf(StatusRuntimeException.class);
        }
    }

    private static List<String> members(String address, ChannelCredentials credentials) {
        ManagedChannel channel = Grpc.newChannelBuilder(address, credentials).build();
        try {
            return CacheGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                    .members(MembersRequest.getDefaultInstance()).getMembersList().stream().map(Member::getName)
                    .toList();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aNodeNeedsACertificateWithItsName() {
        assertThatThrownBy(() -> start("node-3", freePort(), null, one, Map.of()).close())
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("node-3")
                .hasMessageContaining("[node-1]");
    }

    @Test
    void aRemoteBindNeedsTlsOrAllowPlaintextAndCertificatesOrAllowAnonymous() {
        Map<String, String> tls = said(one);
        assertThat(config(Map.of()).mayServeRemotely()).isFalse();
        assertThat(config(Map.of("allow-plaintext", "true", "allow-anonymous", "true")).mayServeRemotely()).isTrue();
        assertThat(config(tls).mayServeRemotely()).isTrue();
        assertThat(config(tls).allowRemote()).isFalse();
        Map<String, String> peers = new HashMap<>(tls);
        peers.put("tls.client-auth", "peers");
        assertThat(config(peers).mayServeRemotely()).isFalse();
        peers.put("allow-anonymous", "true");
        assertThat(config(peers).mayServeRemotely()).isTrue();
    }

    @Test
    void saysWhichFileOfTlsIsMissing() {
        assertThatThrownBy(() -> config(Map.of("tls.cert", "x"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tls.key");
    }

    private static NodeConfig config(Map<String, String> said) {
        return new ConfigReader(Map.of(), Map.of()).read(null, said);
    }

    private static Map<String, String> said(TlsSettings tls) {
        return Map.of("tls.cert", tls.cert().toString(), "tls.key", tls.key().toString(), "tls.trust",
                tls.trust().toString());
    }

    private static Assembly start(String name, int port, @Nullable String registry,
            TlsSettings tls, Map<String, String> more) {
        Map<String, String> said = new HashMap<>(said(tls));
        said.put("name", name);
        said.put("listen", "localhost:" + port);
        said.put("groups.users", "");
        if (registry != null) {
            said.put("registry", registry);
        }
        said.putAll(more);
        return Assembly.start(config(said),
                new Assembly.Surroundings(null, null, new EventLines(line -> {}), ApiSettings.DEFAULT),
                new Closer());
    }

    /// Without a certificate; it believes the cluster's all the same.
    private static HttpClient stranger() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(one.trust())) {
            store.setCertificateEntry("root",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).sslParameters(new SSLParameters())
                .version(HttpClient.Version.HTTP_1_1).build();
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
