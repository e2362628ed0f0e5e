package dev.shortwire.wire.udp;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The sessions of one listener, by their id and by the stream over which they were issued. Safe for use by any thread.
///
/// A stream has two sessions at most, so that calls under the old keys can end while new ones begin under the other; one
/// more ends the oldest.
final class Connections {
    private static final int SESSIONS_OF_A_STREAM = 2;

    private final Map<String, Deque<ServerSession>> streams = new ConcurrentHashMap<>();
    private final Map<Long, ServerSession> sessions = new ConcurrentHashMap<>();

    void opened(String stream) {
        streams.put(stream, new ArrayDeque<>());
    }

    /// Ends the sessions of that stream.
    void closed(String stream) {
        Deque<ServerSession> left = streams.remove(stream);
        if (left != null) {
            synchronized (left) {
                left.forEach(this::end);
                left.clear();
            }
        }
    }

    /// Takes a session in, unless its stream is gone.
    void add(String stream, ServerSession session) {
        Deque<ServerSession> own = streams.get(stream);
        if (own == null) {
            return;
        }
        synchronized (own) {
            own.add(session);
            sessions.put(session.id(), session);
            if (own.size() > SESSIONS_OF_A_STREAM) {
                end(own.remove());
            }
        }
        if (streams.get(stream) != own) {
            end(session);
        }
    }

    private void end(ServerSession session) {
        sessions.remove(session.id());
        session.close();
    }

    /// The session of that id.
    @Nullable
    ServerSession session(long id) {
        return sessions.get(id);
    }

    /// The session of that id, if it was issued over that stream.
    @Nullable
    ServerSession session(long id, String stream) {
        ServerSession session = sessions.get(id);
        return session != null && session.stream().equals(stream) ? session : null;
    }

    /// Drops what is kept for calls whose deadline has passed.
    void forgetReplies(long now) {
        sessions.values().forEach(session -> session.forgetReplies(now));
    }

    /// Bytes of the replies that are kept.
    long keptBytes() {
        return sessions.values().stream().mapToLong(ServerSession::keptBytes).sum();
    }

    /// How many sessions there are.
    int size() {
        return sessions.size();
    }
}
