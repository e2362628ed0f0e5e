package dev.shortwire.server;

import dev.shortwire.Answer;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.Limits;
import dev.shortwire.ShortwireException;
import dev.shortwire.http.HttpRequest;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.http.Percent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Keys, values and answers in the form that HTTP gives them.
final class Entries {
    static final String OCTETS = "application/octet-stream";
    private static final int MAX_CONTENT_TYPE_LENGTH = 255;

    private Entries() {}

    /// @param allow separated by a comma and a space
    /// @throws Refusal 405 unless the method is one of `allow`
    static void requireMethod(HttpRequest request, String allow) {
        if (!List.of(allow.split(", ")).contains(request.method())) {
            throw new Refusal(Problem.methodNotAllowed(request.method(), allow), Map.of("Allow", allow));
        }
    }

    /// The key that the last segment of a path stands for.
    ///
    /// @throws Refusal                            414 if it is too long
    /// @throws dev.shortwire.PermanentException   [FailureKind#BAD_REQUEST] if it is empty or has a bare slash
    /// @throws dev.shortwire.http.HttpProblem     400 if it is malformed
    static String keyOf(String rawSegment) {
        if (rawSegment.indexOf('/') >= 0) {
            throw FailureKind.BAD_REQUEST.exception("key has a bare slash; write it as %2F");
        }
        return requireKey(Percent.decode(rawSegment));
    }

    /// Returns `key` if it is one.
    ///
    /// @throws Refusal                     414 if it is too long, because it stands in the request's target
    /// @throws dev.shortwire.PermanentException [FailureKind#BAD_REQUEST] if it is empty
    static String requireKey(String key) {
        try {
            return Limits.requireKey(key);
        } catch (ShortwireException e) {
            if (e.kind() == FailureKind.TOO_LARGE) {
                throw new Refusal(Problem.keyTooLong(String.valueOf(e.getMessage())));
            }
            throw e;
        }
    }

    /// The media type to store for the body of `request`.
    ///
    /// @throws dev.shortwire.PermanentException [FailureKind#BAD_REQUEST] if it can't be stored
    static String requireContentType(HttpRequest request) {
        List<String> headers = request.headers().all("Content-Type");
        if (headers.isEmpty()) {
            return OCTETS;
        }
        if (headers.size() > 1) {
            throw FailureKind.BAD_REQUEST
                    .exception("header Content-Type is sent " + headers.size() + " times; send it once");
        }
        String header = headers.getFirst();
        if (!isContentType(header)) {
            throw FailureKind.BAD_REQUEST.exception("header Content-Type has " + header.length()
                    + " characters and must have 1 to 255, all visible ASCII or spaces");
        }
        return header;
    }

    private static boolean isContentType(String text) {
        return !text.isBlank() && text.length() <= MAX_CONTENT_TYPE_LENGTH
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /// The reply to a read that is under way; cancelling it gives the read up.
    static CompletableFuture<HttpResponse> replyLater(CompletableFuture<Answer<Bytes>> read,
            Function<Answer<Bytes>, HttpResponse> reply) {
        CompletableFuture<HttpResponse> later = read.thenApply(reply);
        var _ = later.whenComplete((response, thrown) -> {
            if (later.isCancelled()) {
                read.cancel(true);
            }
        });
        return later;
    }

    /// The answer to a read: the value, or an absence as a problem.
    static HttpResponse reply(String key, Answer<Bytes> answer, boolean asOctets) {
        Bytes value = answer.value();
        if (value == null) {
            throw new Refusal(Problem.absent(key), origin(answer));
        }
        String type = asOctets || !isContentType(answer.contentType()) ? OCTETS : answer.contentType();
        return Reply.with(Reply.of(200, type, value), origin(answer))
                .header("Shortwire-Version", answer.version().toString());
    }

    private static Map<String, String> origin(Answer<Bytes> answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Shortwire-Source", answer.source().text());
        headers.put("Shortwire-Owner", answer.owner());
        headers.put("Shortwire-Epoch", Long.toString(answer.epoch()));
        if (answer.stale()) {
            headers.put("Shortwire-Stale", "true");
        }
        if (answer.degraded()) {
            headers.put("Shortwire-Degraded", "true");
        }
        return headers;
    }
}
