package dev.shortwire.cli;

import picocli.CommandLine.Option;

/// Options of every command that calls a cluster.
final class ApiOptions {
    @Option(names = "--api", paramLabel = "URL", defaultValue = "${env:SHORTWIRE_API:-http://localhost:9999}", description = "API of any node, or SHORTWIRE_API (default: http://localhost:9999).")
    private String url = "";

    ApiClient client() {
        return new ApiClient(url);
    }
}
