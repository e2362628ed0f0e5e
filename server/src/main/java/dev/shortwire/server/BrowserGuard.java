package dev.shortwire.server;

import dev.shortwire.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/// Keeps other sites from using a person's browser to change something on a node that only the person's machine can
/// reach: a browser's write must come from this server's own page. A browser says where a request comes from in
/// `Sec-Fetch-Site`, older ones in `Origin`; programs send neither and are not concerned. That a foreign name is not
/// pointed at this server, so as to look like its own page, is seen to where HTTP is bound.
final class BrowserGuard {
    private BrowserGuard() {}

    /// @throws Refusal 403 if the request is another site's write
    static void check(HttpRequest request) {
        if (!isRead(request) && isForeign(request.header("Sec-Fetch-Site"), request.header("Origin"),
                request.header("Host"))) {
            throw new Refusal(Problem.forbidden(
                    "a page of another site may not change anything here; send the request from a program"));
        }
    }

    private static boolean isRead(HttpRequest request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    private static boolean isForeign(@Nullable String site, @Nullable String origin, @Nullable String host) {
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        return origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host);
    }
}
