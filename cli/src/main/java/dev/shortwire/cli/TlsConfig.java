package dev.shortwire.cli;

import static dev.shortwire.ConfigurationException.require;

import dev.shortwire.wire.TlsSettings;
import dev.shortwire.wire.TlsSettings.ClientAuth;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// With which files a node encrypts its connections and proves who it is.
record TlsConfig(
        @Setting(value = "PEM file with the node's certificate, and those between it and the root; one of its subject"
                + " alternative names is the node's name.", unset = "must be set") String cert,
        @Setting(value = "PEM file with its private key: PKCS #8, not encrypted.", unset = "must be set") String key,
        @Setting(value = "PEM file with the root of the cluster's own authority; whoever has a certificate of its is let"
                + " in.", unset = "must be set") String trust,
        @Setting(value = "Who must show a certificate: `all`, or `peers` alone, so that the API serves others too.", unset = "`all`") @Nullable ClientAuth clientAuth,
        @Setting(value = "How long changed files may go unnoticed. Raising it saves a look at them per connection.", unset = "`5s`") @Nullable Duration reload) {
    TlsConfig {
        require(cert != null, "tls.cert is missing; set tls.cert to the node's certificate");
        require(key != null, "tls.key is missing; set tls.key to the certificate's private key");
        require(trust != null, "tls.trust is missing; set tls.trust to the root of the cluster's authority");
    }

    /// Whether nobody comes in without a certificate.
    boolean authenticatesAll() {
        return clientAuth == null || clientAuth == ClientAuth.ALL;
    }

    TlsSettings settings() {
        return new TlsSettings(Path.of(cert), Path.of(key), Path.of(trust),
                clientAuth == null ? ClientAuth.ALL : clientAuth, reload == null ? TlsSettings.DEFAULT_RELOAD : reload);
    }
}
