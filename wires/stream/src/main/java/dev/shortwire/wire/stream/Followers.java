package dev.shortwire.wire.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// The calls whose threads wait in `lend` while another one reads. Guarded by its own lock; `count` tells cheaply that
/// there are none.
final class Followers {
    @GuardedBy("this")
    private final List<StreamCall> calls = new ArrayList<>();

    private volatile int count;

    synchronized void add(StreamCall call) {
        calls.add(call);
        count = calls.size();
    }

    synchronized void remove(StreamCall call) {
        calls.remove(call);
        count = calls.size();
    }

    boolean isEmpty() {
        return count == 0;
    }

    /// Wakes the thread of a call that still waits for its outcome.
    ///
    /// @return false if there is none
    synchronized boolean wakeOne() {
        for (StreamCall call : calls) {
            Thread waiter = call.waiter;
            if (waiter != null && !call.isTold()) {
                LockSupport.unpark(waiter);
                return true;
            }
        }
        return false;
    }
}
