package dev.shortwire.cli;

import dev.shortwire.wire.TlsSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of every command that calls a cluster.
final class ApiOptions {
    @Option(names = "--api", paramLabel = "URL", defaultValue = "${env:SHORTWIRE_API:-http://localhost:9999}", description = "API of any node, or SHORTWIRE_API (default: http://localhost:9999).")
    private String url = "";

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "PEM file with the certificate that a cluster with TLS asks for.")
    private @Nullable String cert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with its private key.")
    private @Nullable String key;

    @Option(names = "--tls-trust", paramLabel = "FILE", description = "PEM file with the root of the cluster's authority.")
    private @Nullable String trust;

    ApiClient client() {
        if (cert == null && key == null && trust == null) {
            return new ApiClient(url);
        }
        if (cert == null || key == null || trust == null) {
            throw new CliException(ExitCode.USAGE,
                    "--tls-cert, --tls-key and --tls-trust belong together; set all three");
        }
        return new ApiClient(url, new TlsSettings(Path.of(cert), Path.of(key), Path.of(trust)));
    }
}
