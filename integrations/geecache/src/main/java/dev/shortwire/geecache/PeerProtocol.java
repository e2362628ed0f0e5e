package dev.shortwire.geecache;

import dev.shortwire.Bytes;
import dev.shortwire.Limits;
import dev.shortwire.http.Percent;

/// What peers say to each other: the paths they ask at and the form of their answers. All members of a pool have the
/// same one.
///
/// | | geecache | groupcache |
/// | --- | --- | --- |
/// | base path | `/_geecache/` | `/_groupcache/` |
/// | answer | the value's bytes | the value in a protobuf message, see [GetResponse] |
/// | a space in a key is asked for as | `+` | `%20` |
///
/// Go's own client writes `+` for a space in both, and Go's own server then reads a plus (`docs/decisions/0012`). The
/// geecache of the source texts has that as part of its protocol; towards groupcache we write what its server reads right.
public enum PeerProtocol {
    /// As in the texts on geecache: bare values.
    GEECACHE("/_geecache/", "application/octet-stream", 0) {
        @Override
        String escape(String text) {
            return Percent.encode(text).replace("%20", "+");
        }

        @Override
        Bytes body(Bytes value) {
            return value;
        }

        @Override
        Bytes value(Bytes body) {
            return body;
        }
    },
    /// As in `github.com/golang/groupcache`: values in protobuf.
    GROUPCACHE("/_groupcache/", "application/x-protobuf", GetResponse.MAX_OVERHEAD_BYTES) {
        @Override
        String escape(String text) {
            return Percent.encode(text);
        }

        @Override
        Bytes body(Bytes value) {
            return GetResponse.encode(value);
        }

        @Override
        Bytes value(Bytes body) throws GetResponse.MalformedException {
            return GetResponse.decode(body);
        }
    };

    private final String basePath;
    private final String contentType;
    private final int overheadBytes;

    PeerProtocol(String basePath, String contentType, int overheadBytes) {
        this.basePath = basePath;
        this.contentType = contentType;
        this.overheadBytes = overheadBytes;
    }

    /// Where peers are asked unless the pool is told otherwise; begins and ends with a slash.
    public String basePath() {
        return basePath;
    }

    String contentType() {
        return contentType;
    }

    /// Longest body of an answer.
    int maxBodyBytes() {
        return Limits.MAX_VALUE_BYTES + overheadBytes;
    }

    /// A group's or a key's name as it stands in a path.
    abstract String escape(String text);

    /// The body that carries `value`.
    abstract Bytes body(Bytes value);

    /// The value in `body`.
    ///
    /// @throws GetResponse.MalformedException if there is none
    abstract Bytes value(Bytes body) throws GetResponse.MalformedException;
}
