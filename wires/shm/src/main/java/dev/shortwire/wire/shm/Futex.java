package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;

/// Sleeping on a word of memory, and waking who sleeps there, between processes. Takes addresses, not segments: on memory
/// that was given back the kernel answers with an error, and nothing can crash.
final class Futex {
    private static final int WAIT = 0;
    private static final int WAKE = 1;

    private Futex() {}

    /// Sleeps while the word is `expected`, until it is woken or `nanos` have passed. Holds on to the thread's carrier.
    ///
    /// @return 0 if woken, perhaps for no reason; or the error number with a minus: `EAGAIN` if the word is another,
    ///         `ETIMEDOUT`, `EINTR`
    static int await(Scratch scratch, long address, int expected, long nanos) {
        return (int) Sys.call(scratch, SysNumbers.FUTEX, address, WAIT, expected, scratch.timespec(nanos), 0, 0);
    }

    /// Wakes one sleeper.
    ///
    /// @return how many slept there, 0 or 1; or the error number with a minus
    static int wake(Scratch scratch, long address) {
        return (int) Sys.call(scratch, SysNumbers.FUTEX, address, WAKE, 1);
    }
}
