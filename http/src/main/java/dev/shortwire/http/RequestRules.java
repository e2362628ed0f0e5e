package dev.shortwire.http;

import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request must be before a handler sees it.
final class RequestRules {
    private RequestRules() {}

    /// What is wrong with a request head, or null.
    ///
    /// @param hostNames names in lower case that the `Host` header may have; empty: any
    static @Nullable HttpProblem check(HttpRequest request, HttpVersion version, Set<String> hostNames) {
        if (version.majorVersion() != 1) {
            return new HttpProblem(505, "this server speaks HTTP/1.1");
        }
        if (!request.target().startsWith("/")) {
            return new HttpProblem(400, "the address of a request must begin with /");
        }
        List<String> encodings = request.headers().all("Transfer-Encoding");
        if (!encodings.isEmpty() && !(encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked")
                && version.equals(HttpVersion.HTTP_1_1))) {
            return new HttpProblem(400, "Transfer-Encoding must be chunked, once, in HTTP/1.1");
        }
        String expected = request.header("Expect");
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            return new HttpProblem(417, "only Expect: 100-continue is known here");
        }
        return checkHost(request.headers().all("Host"), version, hostNames);
    }

    /// A page of another site whose name was made to point here (DNS rebinding) is told by its `Host`.
    private static @Nullable HttpProblem checkHost(List<String> hosts, HttpVersion version, Set<String> hostNames) {
        if (hosts.size() > 1 || hosts.isEmpty() && version.equals(HttpVersion.HTTP_1_1)) {
            return new HttpProblem(400, "a request must have one Host header");
        }
        if (hosts.isEmpty() || hostNames.isEmpty() || hostNames.contains(nameOf(hosts.getFirst()))) {
            return null;
        }
        return new HttpProblem(421, "this server does not answer for this Host; use localhost, or configure the name");
    }

    /// A `Host` header without port and brackets, in lower case.
    static String nameOf(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        boolean bracketed = name.startsWith("[") && name.endsWith("]");
        return (bracketed ? name.substring(1, name.length() - 1) : name).toLowerCase(Locale.ROOT);
    }

    /// The answer to what the decoder could not read.
    static HttpProblem problemOf(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> new HttpProblem(414, "the request line is too long; use a shorter key");
            case TooLongHttpHeaderException _ -> new HttpProblem(431, "the headers are too long; send fewer");
            default -> new HttpProblem(400, "this is no HTTP/1.1 request");
        };
    }
}
