package dev.shortwire.geecache;

import dev.shortwire.http.HttpProblem;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.Percent;

/// What a peer is asked for, in a path: `{base path}{group}/{key}`.
///
/// Written as [PeerProtocol] says: letters, digits and `-_.~` as they are, every other byte of the UTF-8 form as `%XX`, but
/// for the space. Read so that each form means what whoever wrote it meant, in either protocol: `+` and `%20` are a space,
/// `%2B` is a plus (no client writes a bare `+` for a plus); then, as in Go, the first slash of the decoded text ends the
/// group.
///
/// @param group name of the group, not empty
/// @param key   not empty
record PeerPath(String group, String key) {
    /// @param basePath ends with a slash
    String encoded(PeerProtocol protocol, String basePath) {
        return basePath + protocol.escape(group) + "/" + protocol.escape(key);
    }

    /// @param basePath what the request's path begins with
    /// @throws HttpProblem 400 unless the request's path has a group and a key
    static PeerPath of(HttpRequest request, String basePath) {
        String path = request.rawPath();
        String decoded = path.length() < basePath.length() ? ""
                : Percent.decodeQuery(path.substring(basePath.length()));
        int slash = decoded.indexOf('/');
        if (slash <= 0 || slash == decoded.length() - 1) {
            throw new HttpProblem(400, "the path must be " + basePath + "{group}/{key}, neither of them empty");
        }
        return new PeerPath(decoded.substring(0, slash), decoded.substring(slash + 1));
    }
}
