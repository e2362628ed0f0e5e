package dev.shortwire.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.shortwire.wire.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An authority of a test's own, and the certificates that it signs, made by the JDK's `keytool`. Each takes it about half
/// a second. Not thread-safe.
public final class TestCertificates {
    private static final String PASSWORD = "password";
    private static final String ROOT = "root";

    private final Path folder;
    private final Path store;

    /// An authority whose files go to `folder`, which exists.
    public TestCertificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("store.p12");
        keytool(ROOT, List.of("-dname", "CN=" + folder.getFileName(), "-ext", "bc:c"));
        write(trust(), pem("CERTIFICATE", encoded(certificates(ROOT)[0])));
    }

    /// The authority's own certificate.
    public Path trust() {
        return folder.resolve("trust.pem");
    }

    /// Signs a certificate for the node `name`, which it has as a DNS name, and gives the settings with it.
    public TlsSettings node(String name) {
        return issue(name, "dns:" + name);
    }

    /// Signs a certificate with these subject alternative names, in the form of `keytool`: `dns:a,uri:shortwire:a`.
    ///
    /// @param files what the files are called, which may be there already
    public TlsSettings issue(String files, String alternativeNames) {
        return issue(files, List.of("-ext", "san=" + alternativeNames));
    }

    /// Signs a certificate with these additional arguments of `keytool -genkeypair`.
    public TlsSettings issue(String files, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("-dname", "CN=" + files, "-signer", ROOT));
        all.addAll(arguments);
        String alias = files + "-" + System.nanoTime();
        keytool(alias, all);
        Path cert = folder.resolve(files + ".pem");
        Path key = folder.resolve(files + ".key");
        write(cert, pem("CERTIFICATE", encoded(certificates(alias)[0])));
        write(key, pem("PRIVATE KEY", key(alias).getEncoded()));
        return new TlsSettings(cert, key, trust()).withReload(Duration.ZERO);
    }

    private void keytool(String alias, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1",
                "-genkeypair", "-alias", alias, "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass",
                PASSWORD));
        command.addAll(arguments);
        if (!arguments.contains("-keyalg")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        if (!arguments.contains("-validity")) {
            command.addAll(List.of("-startdate", "-1d", "-validity", "3"));
        }
        try {
            Path said = folder.resolve("keytool.txt");
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("keytool failed: " + Files.readString(said));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while keytool ran", e);
        }
    }

    private Certificate[] certificates(String alias) {
        try {
            return keyStore().getCertificateChain(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Key key(String alias) {
        try {
            return keyStore().getKey(alias, PASSWORD.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore keyStore() {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return keys;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("the store that keytool wrote can't be read", e);
        }
    }

    private static byte[] encoded(Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
