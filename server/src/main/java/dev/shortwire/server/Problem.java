package dev.shortwire.server;

import dev.shortwire.FailureKind;
import dev.shortwire.ShortwireException;
import dev.shortwire.http.HttpProblem;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Why a request did not succeed, as RFC 9457 has it, and the one place where a failure gets its HTTP status.
///
/// @param status the HTTP status, 400 to 599
/// @param kind   one word for programs: a [FailureKind] in lower case with hyphens, or one of this gateway's own
/// @param title  what the kind means, always the same for one kind
/// @param detail what happened this time
record Problem(int status, String kind, String title, String detail) {
    static Problem of(ShortwireException failure) {
        String kind = failure.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        String message = String.valueOf(failure.getMessage());
        return new Problem(status(failure.kind()), kind, title(failure.kind()), message);
    }

    /// A request that HTTP itself does not allow.
    static Problem of(HttpProblem wrong) {
        return new Problem(wrong.status(), wrong.status() == 413 ? "too-large" : "bad-request",
                title(wrong.status() == 413 ? FailureKind.TOO_LARGE : FailureKind.BAD_REQUEST),
                String.valueOf(wrong.getMessage()));
    }

    /// A fault of our own: the client learns that there was one, the log of `node` what it was.
    static Problem internal(String node) {
        return new Problem(status(FailureKind.INTERNAL), "internal", title(FailureKind.INTERNAL),
                "the request failed inside " + node + "; its log has the reason");
    }

    static Problem absent(String key) {
        return new Problem(404, "absent", "The key has no value", shown(key) + " not exist");
    }

    static Problem keyTooLong(String detail) {
        return new Problem(414, "too-large", title(FailureKind.TOO_LARGE), detail);
    }

    static Problem noSuchPath(String detail) {
        return new Problem(404, "no-such-path", "Nothing is served there", detail);
    }

    static Problem methodNotAllowed(String method, String allow) {
        return new Problem(405, "method-not-allowed", "The path does not know this method",
                "method " + shown(method) + " is not one of " + allow);
    }

    static Problem notOwner(String node, String owner, long epoch) {
        return new Problem(421, "not-owner", "Another node owns the key",
                node + " does not own the key in epoch " + epoch + "; ask "
                        + (owner.isEmpty() ? "again when the cluster has members" : owner));
    }

    static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", "A browser was led here by another site", detail);
    }

    private static int status(FailureKind kind) {
        return switch (kind) {
            case BAD_REQUEST -> 400;
            case UNKNOWN_GROUP -> 404;
            case TOO_LARGE -> 413;
            case BUSY, UNREACHABLE, VIEWS_DIFFER, NOT_A_MEMBER, REGISTRY_AWAY, CANCELLED, CLOSED -> 503;
            case ORIGIN, WRONG_CLUSTER -> 502;
            // The write was sent on and no answer came back in time: to the client that is a gateway's timeout, and
            // `kind` tells it from a read's.
            case DEADLINE, IN_DOUBT -> 504;
            case LOAD_CYCLE -> 508;
            case CONFIGURATION, INTERNAL -> 500;
        };
    }

    private static String title(FailureKind kind) {
        return switch (kind) {
            case BAD_REQUEST -> "The request is wrong";
            case UNKNOWN_GROUP -> "There is no such group";
            case TOO_LARGE -> "A key or value is over its limit";
            case BUSY -> "Too many loads are waiting";
            case UNREACHABLE -> "The owner of the key can't be reached";
            case VIEWS_DIFFER -> "The nodes do not agree on the members yet";
            case NOT_A_MEMBER -> "This node is not in the cluster";
            case REGISTRY_AWAY -> "The registry can't be reached";
            case CANCELLED -> "The call was cancelled";
            case CLOSED -> "The node is closing";
            case ORIGIN -> "The origin failed";
            case WRONG_CLUSTER -> "The peer belongs to another cluster";
            case DEADLINE -> "The answer did not come in time";
            case IN_DOUBT -> "The write may or may not have happened";
            case LOAD_CYCLE -> "The load waits for itself";
            case CONFIGURATION -> "The node is configured wrongly";
            case INTERNAL -> "Internal error";
        };
    }

    /// The JSON document of RFC 9457, section 3. The type is a name, not an address: nothing is served there.
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "tag:shortwire.dev,2026:problem/" + kind);
        document.put("title", title);
        document.put("status", status);
        document.put("detail", detail);
        document.put("kind", kind);
        return document;
    }

    /// Client text at a length that a message can bear.
    static String shown(String text) {
        if (text.length() <= 200) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(199)) ? 199 : 200) + "…";
    }
}
