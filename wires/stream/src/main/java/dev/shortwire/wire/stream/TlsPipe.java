package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.shortwire.Bytes;
import dev.shortwire.wire.Sender;
import dev.shortwire.wire.TlsPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/// TLS over another pipe, by the JDK's engine.
///
/// **Handshake.** It happens by itself in the first calls of [#read] and [#write], which find nothing to move until it is
/// over. One thread makes these calls, the one that greets; only afterwards the pipe is read and written by two.
///
/// **Two directions, one lock.** Unwrapping belongs to the reading thread. Wrapping is guarded by `outLock`, because the
/// reading thread has to wrap too now and then: TLS 1.3 answers some messages. The engine allows one of each at a time.
///
/// **A full pipe.** Once wrapped, bytes can't be unwrapped again, but whoever writes must learn that the pipe was full,
/// or nobody would come back for the rest. So while a part of a record waits, the last byte that it carries is
/// reported as not taken (`owed`); the caller presents it again, and it is skipped then.
///
/// The end of the stream without TLS's own farewell is treated as the end: frames tell their length, so that nothing
/// cut short is taken for whole.
final class TlsPipe implements Pipe {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Pipe inner;
    private final SSLEngine engine;
    private final Object outLock = new Object();
    /// Records as they came, from position to limit.
    private final ByteBuffer netIn;
    /// What was unwrapped and not read yet, from position to limit.
    private final ByteBuffer appIn;

    /// Records that the inner pipe has not taken yet, from position to limit.
    @GuardedBy("outLock")
    private final ByteBuffer netOut;

    @GuardedBy("outLock")
    private boolean owed;

    private volatile boolean greeted;
    private volatile TlsPeer shown = TlsPeer.ANONYMOUS;
    /// Of the reading thread: the stream is over.
    private boolean ended;
    /// Of the reading thread: the engine goes on only after an answer that the pipe has no room for.
    private boolean mustAnswer;

    /// @param engine fresh, and set to its side of the connection
    TlsPipe(Pipe inner, SSLEngine engine) throws IOException {
        this.inner = inner;
        this.engine = engine;
        int record = engine.getSession().getPacketBufferSize();
        this.netIn = ByteBuffer.allocateDirect(2 * record).flip();
        this.netOut = ByteBuffer.allocateDirect(2 * record).flip();
        this.appIn = ByteBuffer.allocateDirect(engine.getSession().getApplicationBufferSize()).flip();
        engine.beginHandshake();
    }

    /// Fills `target` as far as it can: whoever gets less than that may wait, and nothing lies here.
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!greeted && !handshake()) {
            return ended ? -1 : 0;
        }
        int from = target.position();
        while (target.hasRemaining() && (appIn.hasRemaining() || unwrap())) {
            int count = Math.min(appIn.remaining(), target.remaining());
            target.put(target.position(), appIn, appIn.position(), count).position(target.position() + count);
            appIn.position(appIn.position() + count);
        }
        int count = target.position() - from;
        return count == 0 && ended ? -1 : count;
    }

    /// Unwraps until there is something to read.
    ///
    /// @return false if nothing is there now
    private boolean unwrap() throws IOException {
        while (!appIn.hasRemaining()) {
            SSLEngineResult result = unwrapOnce();
            if (result.getStatus() == Status.CLOSED) {
                ended = true;
                return false;
            }
            if (result.getStatus() == Status.BUFFER_UNDERFLOW && !fillNetIn()) {
                return false;
            }
            if (!follow(result.getHandshakeStatus())) {
                return false;
            }
        }
        return true;
    }

    private SSLEngineResult unwrapOnce() throws SSLException {
        appIn.clear();
        try {
            return engine.unwrap(netIn, appIn);
        } finally {
            appIn.flip();
        }
    }

    /// @return false if the inner pipe has nothing now, or has ended
    private boolean fillNetIn() throws IOException {
        netIn.compact();
        int count;
        try {
            count = inner.read(netIn);
        } finally {
            netIn.flip();
        }
        ended |= count < 0;
        return count > 0;
    }

    /// Does what the engine asks for in answer to a message.
    ///
    /// @return false if the pipe has to take something first
    private boolean follow(HandshakeStatus status) throws IOException {
        mustAnswer = false;
        if (status == HandshakeStatus.NEED_TASK) {
            runTasks();
        } else if (status == HandshakeStatus.NEED_WRAP) {
            synchronized (outLock) {
                mustAnswer = !flush();
                if (!mustAnswer) {
                    wrap(NOTHING);
                    flush();
                }
            }
        }
        return !mustAnswer;
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /// Goes on with the handshake as far as it gets.
    ///
    /// @return whether it is over
    private boolean handshake() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> {
                    if (!flushed()) {
                        return false;
                    }
                    wrapNothing();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!flushed() || !unwrapHandshake()) {
                        return false;
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    shown = TlsPeer.of(engine.getSession());
                    greeted = true;
                    return flushed();
                }
            }
        }
    }

    private boolean unwrapHandshake() throws IOException {
        SSLEngineResult result = unwrapOnce();
        ended |= result.getStatus() == Status.CLOSED;
        return !ended && (result.getStatus() != Status.BUFFER_UNDERFLOW || fillNetIn());
    }

    private boolean flushed() throws IOException {
        synchronized (outLock) {
            return flush();
        }
    }

    private void wrapNothing() throws IOException {
        synchronized (outLock) {
            wrap(NOTHING);
            flush();
        }
    }

    /// @return whether nothing waits any more
    @GuardedBy("outLock")
    private boolean flush() throws IOException {
        while (netOut.hasRemaining() && inner.write(netOut) > 0) {
            // until the inner pipe is full
        }
        return !netOut.hasRemaining();
    }

    @GuardedBy("outLock")
    private int wrap(ByteBuffer source) throws IOException {
        netOut.clear();
        SSLEngineResult result;
        try {
            result = engine.wrap(source, netOut);
        } finally {
            netOut.flip();
        }
        if (result.getStatus() == Status.CLOSED && source.hasRemaining()) {
            throw new IOException("the peer has closed the connection");
        }
        return result.bytesConsumed();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (!greeted && !handshake()) {
            return 0;
        }
        int from = source.position();
        synchronized (outLock) {
            if (!flush()) {
                return 0;
            }
            if (owed && source.hasRemaining()) {
                owed = false;
                source.get();
            }
            while (source.hasRemaining()) {
                int count = wrap(source);
                if (!flush()) {
                    owed = count > 0;
                    source.position(source.position() - (owed ? 1 : 0));
                    break;
                }
            }
        }
        return source.position() - from;
    }

    @Override
    public void awaitReadable(long timeoutNanos) throws IOException {
        if (greeted) {
            if (!appIn.hasRemaining()) {
                inner.awaitReadable(mustAnswer ? Math.min(timeoutNanos, ANSWER_NANOS) : timeoutNanos);
            }
        } else {
            awaitHandshake(timeoutNanos);
        }
    }

    @Override
    public void awaitWritable(long timeoutNanos) throws IOException {
        if (greeted) {
            inner.awaitWritable(timeoutNanos);
        } else {
            awaitHandshake(timeoutNanos);
        }
    }

    private void awaitHandshake(long timeoutNanos) throws IOException {
        if (ended) {
            throw new IOException("the peer closed the connection during the TLS handshake");
        }
        long wait = Math.min(timeoutNanos, STEP_NANOS);
        if (flushed()) {
            inner.awaitReadable(wait);
        } else {
            inner.awaitWritable(wait);
        }
    }

    @Override
    public void wake() {
        inner.wake();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public String peer() {
        return inner.peer();
    }

    @Override
    public String principal() {
        return shown.principal();
    }

    @Override
    public Bytes proof() {
        return shown.proof();
    }

    @Override
    public boolean maySend(Sender sender) {
        return shown.maySendAs(sender);
    }
}
