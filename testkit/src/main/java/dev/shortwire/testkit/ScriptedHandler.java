package dev.shortwire.testkit;

import dev.shortwire.wire.Frame;
import dev.shortwire.wire.FrameHandler;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/// A handler that does what the kind of a frame says, and remembers everything.
public final class ScriptedHandler implements FrameHandler {
    /// Answers with the request itself.
    public static final int ECHO = 100;
    /// Keeps the request until the test answers it.
    public static final int HOLD = 101;
    /// Throws.
    public static final int THROW = 102;
    /// Answers three times, with the request each time.
    public static final int THRICE = 103;
    /// Answers on another thread.
    public static final int ELSEWHERE = 104;

    private final Queue<Held> held = new ConcurrentLinkedQueue<>();
    private final Queue<Frame> calls = new ConcurrentLinkedQueue<>();
    private final List<Frame> sends = new CopyOnWriteArrayList<>();
    private final ReentrantLock slow = new ReentrantLock();

    /// A call that waits for its answer.
    public record Held(Frame request, Caller caller, long deadlineNanos, Replier replier) {}

    @Override
    public void onCall(Frame request, Caller caller, long deadlineNanos, Replier replier) {
        calls.add(request);
        switch (request.kind()) {
            case HOLD -> held.add(new Held(request, caller, deadlineNanos, replier));
            case THROW -> throw new IllegalStateException("thrown by the test's handler");
            case THRICE -> {
                replier.reply(request);
                replier.reply(request);
                replier.reply(request);
            }
            case ELSEWHERE -> Thread.ofVirtual().start(() -> replier.reply(request));
            default -> replier.reply(request);
        }
    }

    @Override
    public void onSend(Frame message, Caller caller) {
        slow.lock();
        try {
            sends.add(message);
        } finally {
            slow.unlock();
        }
        if (message.kind() == THROW) {
            throw new IllegalStateException("thrown by the test's handler");
        }
    }

    /// Makes one-way frames wait where they arrive, against the contract, until this thread calls [#resume].
    public void pause() {
        slow.lock();
    }

    public void resume() {
        slow.unlock();
    }

    /// Drops all that it remembers of calls, and returns how many it remembers then.
    public int forget() {
        held.clear();
        calls.clear();
        return held.size() + calls.size();
    }

    /// Calls that are held, in the order of their arrival.
    public Queue<Held> held() {
        return held;
    }

    /// Requests that arrived.
    public Queue<Frame> calls() {
        return calls;
    }

    /// One-way frames that arrived, in the order of their arrival.
    public List<Frame> sends() {
        return sends;
    }
}
