package dev.shortwire.geecache;

import dev.shortwire.http.HttpProblem;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.Percent;

/// The path that asks a peer for a key: `/_geecache/{group}/{key}`.
///
/// Written as Go's `url.QueryEscape` writes it: letters, digits and `-_.~` as they are, a space as `+`, every other byte of
/// the UTF-8 form as `%XX`. Read so that each form means what whoever wrote it meant: `+` and `%20` are a space, `%2B` is a
/// plus; then, as in Go, the first slash of the decoded text ends the group.
///
/// @param group name of the group, not empty
/// @param key   not empty
record PeerPath(String group, String key) {
    static final String BASE = "/_geecache/";

    String encoded() {
        return BASE + queryEscape(group) + "/" + queryEscape(key);
    }

    /// @throws HttpProblem 400 unless the request's path has a group and a key
    static PeerPath of(HttpRequest request) {
        String decoded = Percent.decodeQuery(request.rawPath().substring(BASE.length()));
        int slash = decoded.indexOf('/');
        if (slash <= 0 || slash == decoded.length() - 1) {
            throw new HttpProblem(400, "the path must be " + BASE + "{group}/{key}, neither of them empty");
        }
        return new PeerPath(decoded.substring(0, slash), decoded.substring(slash + 1));
    }

    static String queryEscape(String text) {
        return Percent.encode(text).replace("%20", "+");
    }
}
