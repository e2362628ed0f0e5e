package dev.shortwire.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What arrived last on a connection of a server, as far as it tells whether what comes next repeats it: only a request
/// that came whole and alone can be repeated. Confined to the event loop.
final class LastRequest {
    private static final int MAX_REPEATED_BYTES = 8 * 1024;
    private static final byte[] NOTHING = {};

    /// Whether all that arrived was decoded and made up whole requests.
    private boolean isBetweenRequests = true;
    /// What arrived at last, where that began with a request and was short.
    private byte[] arrived = NOTHING;
    /// Heads that were decoded of what arrived at last, whatever became of their requests.
    private int headsOfRead;
    private @Nullable RepeatedRequest repeated;

    /// The request that these bytes repeat, which the decoder has not seen; null if they are anything else.
    @Nullable
    RepeatedRequest repeatedBy(ByteBuf bytes) {
        RepeatedRequest known = repeated;
        return known != null && isBetweenRequests && known.isAllOf(bytes) ? known : null;
    }

    /// Bytes arrived for the decoder.
    void bytesArrived(ByteBuf bytes) {
        boolean mayRepeat = isBetweenRequests && bytes.readableBytes() <= MAX_REPEATED_BYTES;
        arrived = mayRepeat ? ByteBufUtil.getBytes(bytes) : NOTHING;
        isBetweenRequests = false;
        headsOfRead = 0;
    }

    void headDecoded() {
        headsOfRead++;
    }

    /// A request is whole. Its head is kept if the request is all that arrived, and the body's length is told in it.
    ///
    /// @param length    of the body
    /// @param bytesLeft that the decoder holds beyond it
    void complete(RequestHead head, int length, int bytesLeft) {
        isBetweenRequests = bytesLeft == 0;
        int headLength = arrived.length - length;
        if (isBetweenRequests && headsOfRead == 1 && head.isPlain() && head.announced() == length
                && RepeatedRequest.isHead(arrived, headLength)) {
            repeated = new RepeatedRequest(Arrays.copyOf(arrived, headLength), head.request(), head.route(), length);
        }
    }

    /// The decoder has seen what arrived.
    void bytesDecoded() {
        arrived = NOTHING;
    }
}
