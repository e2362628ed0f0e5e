package dev.shortwire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.ConfigurationException;
import dev.shortwire.spi.Clock;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.Tls;
import dev.shortwire.wire.TlsPeer;
import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.TlsSettings.ClientAuth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The TLS of the module `wire`, between two engines in memory. It is here because the certificates are made here.
final class TlsTest {
    @TempDir
    static Path shared;
    private static TestCertificates authority;
    private static TlsSettings one;
    private static TlsSettings two;

    @TempDir
    Path folder;

    @BeforeAll
    static void issue() {
        authority = new TestCertificates(shared);
        one = authority.node("node-1");
        two = authority.issue("node-2",
                "dns:localhost,dns:Node-2,uri:shortwire:node-two,uri:spiffe://x/ns/n2,uri:https://x/n3");
    }

    @Test
    void bothEndsLearnTheNamesInTheOthersCertificate() throws SSLException {
        SSLEngine server = tls(one).serverEngine();
        SSLEngine client = tls(two).clientEngine();
        shakeHands(client, server);

        TlsPeer seenByClient = TlsPeer.of(client.getSession());
        assertThat(seenByClient.names()).containsExactly("node-1");
        assertThat(seenByClient.principal()).isEqualTo("node-1");
        assertThat(seenByClient.proof().length()).isEqualTo(32);
        assertThat(seenByClient).isEqualTo(tls(one).self());
        TlsPeer seenByServer = TlsPeer.of(server.getSession());
        assertThat(seenByServer.names()).containsExactly("node-two", "n2", "localhost", "node-2");
        assertThat(seenByServer.principal()).isEqualTo("node-two");
        assertThat(seenByServer.maySendAs(new Sender(1, 2, "node-2", 3))).isTrue();
        assertThat(seenByServer.maySendAs(new Sender(1, 2, "node-1", 3))).isFalse();
        assertThat(seenByServer.refusal(new Sender(1, 2, "node-1", 3))).contains("node-1", "[node-two, n2,");
        assertThat(server.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }

    @Test
    void agreesOnAnApplicationProtocol() throws SSLException {
        SSLEngine server = tls(one).serverEngine("h2", "http/1.1");
        SSLEngine client = tls(two).clientEngine("http/1.1");
        shakeHands(client, server);
        assertThat(client.getApplicationProtocol()).isEqualTo("http/1.1");
        assertThat(server.getApplicationProtocol()).isEqualTo("http/1.1");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedByEitherEnd() {
        TestCertificates others = new TestCertificates(folder);
        TlsSettings stranger = others.node("node-1");
        TlsSettings believing = new TlsSettings(stranger.cert(), stranger.key(), authority.trust());
        assertThatThrownBy(() -> shakeHands(tls(one).clientEngine(), tls(stranger).serverEngine()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> shakeHands(tls(believing).clientEngine(), tls(one).serverEngine()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void aClientWithoutCertificateIsRefusedUnlessOnlyPeersMustShowOne() throws Exception {
        SSLEngine server = tls(one.withClientAuth(ClientAuth.PEERS)).serverEngine();
        shakeHands(anonymous(), server);
        TlsPeer peer = TlsPeer.of(server.getSession());
        assertThat(peer).isEqualTo(TlsPeer.ANONYMOUS);
        assertThat(peer.principal()).isEqualTo("anonymous");
        assertThat(peer.maySendAs(new Sender(1, 2, "anonymous", 3))).isFalse();

        assertThatThrownBy(() -> shakeHands(anonymous(), tls(one).serverEngine())).isInstanceOf(SSLException.class);
    }

    @Test
    void anOlderProtocolIsRefused() {
        SSLEngine client = tls(two).clientEngine();
        client.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThatThrownBy(() -> shakeHands(client, tls(one).serverEngine())).isInstanceOf(SSLException.class);
    }

    @Test
    void changedFilesAreUsedFromTheNextConnectionOn() throws Exception {
        TlsSettings copied = copy(one);
        Tls tls = tls(copied);
        SSLContext before = tls.context();
        assertThat(tls.context()).isSameAs(before);

        replace(two.cert(), copied.cert());
        assertThat(tls.context()).as("the key is still the old one's").isSameAs(before);
        replace(two.key(), copied.key());
        assertThat(tls.context()).isNotSameAs(before);
        SSLEngine client = tls(one).clientEngine();
        shakeHands(client, tls.serverEngine());
        assertThat(TlsPeer.of(client.getSession()).names()).contains("node-2");
    }

    @Test
    void badFilesLeaveTheOldCertificateInPlaceUntilTheyAreMended() throws Exception {
        TlsSettings copied = copy(one);
        Tls tls = tls(copied);
        SSLContext before = tls.context();

        Files.writeString(copied.cert(), "no certificate");
        assertThat(tls.context()).isSameAs(before);
        Files.delete(copied.cert());
        assertThat(tls.context()).isSameAs(before);
        shakeHands(tls(two).clientEngine(), tls.serverEngine());

        replace(one.cert(), copied.cert());
        SSLContext mended = tls.context();
        assertThat(mended).isNotSameAs(before);
        assertThat(tls.context()).isSameAs(mended);
    }

    @Test
    void looksAtTheFilesNotMoreOftenThanTold() throws Exception {
        TlsSettings copied = copy(one).withReload(TlsSettings.DEFAULT_RELOAD);
        SettableClock clock = new SettableClock();
        Tls tls = Tls.open(copied, clock);
        SSLContext before = tls.context();
        replace(two.cert(), copied.cert());
        replace(two.key(), copied.key());

        clock.nanos += TlsSettings.DEFAULT_RELOAD.toNanos() - 1;
        assertThat(tls.context()).isSameAs(before);
        clock.nanos++;
        assertThat(tls.context()).isNotSameAs(before);
    }

    @Test
    void saysWhichFileCannotBeUsedAndWhy() throws Exception {
        Path nothing = folder.resolve("nothing.pem");
        Path noise = Files.writeString(folder.resolve("noise.pem"), "noise");
        Path old = Files.writeString(folder.resolve("old.key"),
                "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        Path huge = Files.write(folder.resolve("huge.pem"), new byte[(1 << 20) + 1]);
        refused(new TlsSettings(nothing, one.key(), one.trust()), "tls.cert=" + nothing, "does not exist");
        refused(new TlsSettings(noise, one.key(), one.trust()), "tls.cert=" + noise, "PEM");
        refused(new TlsSettings(huge, one.key(), one.trust()), "tls.cert=" + huge, "1048577");
        refused(new TlsSettings(one.cert(), nothing, one.trust()), "tls.key=" + nothing, "does not exist");
        refused(new TlsSettings(one.cert(), noise, one.trust()), "tls.key=" + noise, "PKCS #8");
        refused(new TlsSettings(one.cert(), old, one.trust()), "tls.key=" + old, "openssl pkcs8");
        refused(new TlsSettings(one.cert(), two.key(), one.trust()), "tls.key=" + two.key(), "another certificate's");
        refused(new TlsSettings(one.cert(), one.key(), nothing), "tls.trust=" + nothing, "does not exist");
        refused(new TlsSettings(one.cert(), one.key(), one.key()), "tls.trust=" + one.key(), "certificates");
    }

    @Test
    void anExpiredCertificateIsRefusedAtTheStart() {
        TlsSettings expired = authority.issue("expired", List.of("-startdate", "-10d", "-validity", "3"));
        refused(expired, "tls.cert=" + expired.cert(), "renew it");
    }

    private static void refused(TlsSettings settings, String... parts) {
        assertThatThrownBy(() -> tls(settings)).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void keysOfOtherKindsFitToo() {
        for (List<String> kind : List.of(List.of("-keyalg", "RSA", "-keysize", "2048"),
                List.of("-keyalg", "Ed25519"))) {
            TlsSettings settings = authority.issue("kind", kind);
            assertThatCode(() -> shakeHands(tls(settings).clientEngine(), tls(one).serverEngine())).as("%s", kind)
                    .doesNotThrowAnyException();
        }
    }

    private static Tls tls(TlsSettings settings) {
        return Tls.open(settings, Clock.SYSTEM);
    }

    private static SSLEngine anonymous() throws NoSuchAlgorithmException, java.security.GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new javax.net.ssl.TrustManager[] {new TrustEverybody()}, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        return engine;
    }

    private TlsSettings copy(TlsSettings settings) throws IOException {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        Files.copy(settings.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(settings.key(), key, StandardCopyOption.REPLACE_EXISTING);
        return new TlsSettings(cert, key, settings.trust(), settings.clientAuth(), settings.reload());
    }

    /// As those do who renew certificates: the new file takes the place of the old one.
    private static void replace(Path source, Path target) throws IOException {
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.copy(source, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Carries bytes between two engines until both have what they need, then a byte each way: in TLS 1.3 the client
    /// learns only then whether its certificate was believed.
    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        Half toServer = new Half(client, server);
        Half toClient = new Half(server, client);
        for (int round = 0; round < 20; round++) {
            toServer.step();
            toClient.step();
        }
        assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(toServer.carried).isPositive();
        assertThat(toClient.carried).isPositive();
    }

    private static final class Half {
        private final SSLEngine from;
        private final SSLEngine to;
        private final ByteBuffer wire = ByteBuffer.allocate(1 << 17);
        private final ByteBuffer arrived = ByteBuffer.allocate(1 << 17);
        int carried;

        Half(SSLEngine from, SSLEngine to) {
            this.from = from;
            this.to = to;
        }

        void step() throws SSLException {
            runTasks(from);
            if (from.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
                from.wrap(ByteBuffer.wrap(new byte[] {1}), wire);
            }
            wire.flip();
            int before;
            do {
                before = wire.remaining();
                carried += to.unwrap(wire, arrived).bytesProduced();
                runTasks(to);
            } while (wire.remaining() < before);
            wire.compact();
        }

        private static void runTasks(SSLEngine engine) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
        }
    }

    private static final class SettableClock implements Clock {
        long nanos = 1;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    }
}
