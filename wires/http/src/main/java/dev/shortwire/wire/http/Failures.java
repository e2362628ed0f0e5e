package dev.shortwire.wire.http;

import dev.shortwire.http.HttpFailure;
import dev.shortwire.http.HttpResponse;
import dev.shortwire.wire.Endpoint;
import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameCodec;
import dev.shortwire.wire.FrameException;
import dev.shortwire.wire.WireFailure;
import dev.shortwire.wire.WireFailure.Cause;
import dev.shortwire.wire.WireFailure.Happened;

/// What answers of HTTP mean on the wire; the table is in `docs/protocol.md`.
final class Failures {
    private Failures() {}

    /// A reply, or why there is none.
    sealed interface Outcome {}

    record Reply(Frame frame) implements Outcome {}

    record None(WireFailure failure) implements Outcome {}

    static Outcome read(HttpResponse response, long correlationId, Endpoint endpoint) {
        return switch (response.status()) {
            case 200 -> decode(response, correlationId, endpoint);
            case 413 -> none(Cause.TOO_LARGE, Happened.NO, endpoint, response);
            case WireRoute.REPLY_TOO_LARGE -> none(Cause.TOO_LARGE, Happened.PERHAPS, endpoint, response);
            case 503 -> none(Cause.BUSY, Happened.NO, endpoint, response);
            case 404 -> none(Cause.CLOSED, Happened.NO, endpoint, response);
            case WireRoute.LISTENER_CLOSED -> none(Cause.CLOSED, Happened.PERHAPS, endpoint, response);
            default ->
                none(Cause.CORRUPT, response.status() >= 500 ? Happened.PERHAPS : Happened.NO, endpoint, response);
        };
    }

    private static Outcome none(Cause cause, Happened happened, Endpoint endpoint, HttpResponse response) {
        return new None(new WireFailure(cause, happened,
                endpoint + " answered with status " + response.status() + ": " + shortened(response.body().utf8())));
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    private static Outcome decode(HttpResponse response, long correlationId, Endpoint endpoint) {
        try {
            FrameCodec.Received received = FrameCodec.decode(response.body().asByteBuffer());
            if (received.correlationId() != correlationId) {
                throw new FrameException("the reply belongs to call " + received.correlationId() + ", not to "
                        + correlationId);
            }
            return new Reply(received.frame());
        } catch (FrameException e) {
            return new None(new WireFailure(Cause.CORRUPT, Happened.PERHAPS,
                    "the reply of " + endpoint + " can't be read: " + e.getMessage()));
        }
    }

    /// Whether a frame that wants no reply has arrived: its handler has it, even if it threw.
    static boolean hasArrived(HttpResponse response) {
        return response.status() == 204 || response.status() == 500;
    }

    static Cause causeOf(HttpFailure failure) {
        return switch (failure.cause()) {
            case REFUSED -> Cause.REFUSED;
            case UNREACHABLE, CLOSED -> Cause.CLOSED;
            case DEADLINE -> Cause.DEADLINE;
            case CANCELLED -> Cause.CANCELLED;
            case BUSY -> Cause.BUSY;
            case TOO_LARGE -> Cause.TOO_LARGE;
            case MALFORMED -> Cause.CORRUPT;
        };
    }
}
