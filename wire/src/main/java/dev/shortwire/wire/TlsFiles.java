package dev.shortwire.wire;

import dev.shortwire.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Reads the files of [TlsSettings] and makes a context of them.
final class TlsFiles {
    private static final int MAX_BYTES = 1 << 20;
    private static final int SESSION_SECONDS = 60;
    private static final Pattern KEY = Pattern
            .compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]+)-----END \\1-----");
    private static final byte[] PROBE = "does the key fit?".getBytes(StandardCharsets.US_ASCII);
    private static final char[] NO_PASSWORD = new char[0];

    private TlsFiles() {}

    /// A context, and which state of the files it was made of.
    ///
    /// @param certificate the node's own
    record Loaded(SSLContext context, X509Certificate certificate, Stamp stamp) {}

    /// A state of the files. Two states that differ are seldom equal: only if a file keeps its length, its time and its
    /// place on the disk.
    record Stamp(List<String> files) {}

    /// The present state; a file that can't be looked at is a state too.
    static Stamp stamp(TlsSettings settings) {
        List<String> files = new ArrayList<>();
        for (Path file : List.of(settings.cert(), settings.key(), settings.trust())) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                files.add(now.lastModifiedTime() + " " + now.size() + " " + now.fileKey());
            } catch (IOException e) {
                files.add(e.toString());
            }
        }
        return new Stamp(files);
    }

    /// Reads all files.
    ///
    /// @throws ConfigurationException if one can't be used
    static Loaded load(TlsSettings settings) {
        Stamp stamp = stamp(settings);
        X509Certificate[] chain = certificates("tls.cert", settings.cert());
        X509Certificate own = chain[0];
        try {
            own.checkValidity();
        } catch (CertificateException e) {
            throw new ConfigurationException("tls.cert=" + settings.cert() + " is valid from "
                    + own.getNotBefore().toInstant() + " to " + own.getNotAfter().toInstant()
                    + " and not now; renew it, or set the clock");
        }
        PrivateKey key = key(settings.key(), own);
        X509Certificate[] trusted = certificates("tls.trust", settings.trust());
        try {
            return new Loaded(context(chain, key, trusted), own, stamp);
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigurationException(
                    "tls.cert=" + settings.cert() + " can't be used: " + e.getMessage() + "; look at the files");
        }
    }

    private static SSLContext context(X509Certificate[] chain, PrivateKey key, X509Certificate[] trusted)
            throws GeneralSecurityException, IOException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("node", key, NO_PASSWORD, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NO_PASSWORD);
        KeyStore others = KeyStore.getInstance("PKCS12");
        others.load(null, null);
        for (int i = 0; i < trusted.length; i++) {
            others.setCertificateEntry("trusted-" + i, trusted[i]);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(others);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), new TrustManager[] {authority(trust)}, null);
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        return context;
    }

    private static ClusterTrust authority(TrustManagerFactory trust) {
        for (TrustManager manager : trust.getTrustManagers()) {
            if (manager instanceof X509TrustManager authority) {
                return new ClusterTrust(authority);
            }
        }
        throw new IllegalStateException("this Java has no trust manager for X.509 certificates");
    }

    private static X509Certificate[] certificates(String option, Path file) {
        byte[] pem = read(option, file);
        try {
            X509Certificate[] found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem)).toArray(X509Certificate[]::new);
            if (found.length == 0) {
                throw new CertificateException("there is none");
            }
            return found;
        } catch (CertificateException e) {
            throw new ConfigurationException(option + "=" + file + " must have certificates in PEM form ("
                    + e.getMessage() + "); set " + option);
        }
    }

    private static PrivateKey key(Path file, X509Certificate certificate) {
        String rule = "tls.key=" + file + " must have the private key of tls.cert in PEM form, PKCS #8, not encrypted";
        Matcher block = KEY.matcher(new String(read("tls.key", file), StandardCharsets.ISO_8859_1));
        if (!block.find() || !block.group(1).equals("PRIVATE KEY")) {
            throw new ConfigurationException(rule + "; convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
        }
        String algorithm = certificate.getPublicKey().getAlgorithm();
        try {
            byte[] der = Base64.getMimeDecoder().decode(block.group(2));
            PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            requireFits(key, certificate, algorithm);
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ConfigurationException(rule + " (" + e.getMessage() + "); set tls.key");
        }
    }

    /// Signs with the key and checks with the certificate.
    private static void requireFits(PrivateKey key, X509Certificate certificate, String algorithm)
            throws GeneralSecurityException {
        String scheme = switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm;
        };
        Signature signing = Signature.getInstance(scheme);
        signing.initSign(key);
        signing.update(PROBE);
        byte[] signature = signing.sign();
        Signature checking = Signature.getInstance(scheme);
        checking.initVerify(certificate.getPublicKey());
        checking.update(PROBE);
        if (!checking.verify(signature)) {
            throw new GeneralSecurityException("it is another certificate's");
        }
    }

    private static byte[] read(String option, Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new ConfigurationException(option + "=" + file + " has " + size + " bytes, more than " + MAX_BYTES
                        + "; set " + option + " to a PEM file");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(option + "=" + file + " does not exist; set " + option);
        } catch (IOException e) {
            throw new ConfigurationException(
                    option + "=" + file + " can't be read: " + e.getMessage() + "; set " + option);
        }
    }
}
