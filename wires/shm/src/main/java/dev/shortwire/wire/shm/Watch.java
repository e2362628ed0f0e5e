package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread that sleeps in `epoll` on the sockets of many pipes. A peer sends nothing over its socket once it has greeted,
/// so whatever comes, an end or a byte, means that it is done with the pipe. Each socket reports once.
///
/// The kernel drops a socket that is closed from the set by itself; a report that was on its way then names a number that
/// nobody has any more. [#add], [#remove], [#isIdle] and [#stop] are called under the lock of [Lookout].
final class Watch {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLLIN = 1;
    private static final int EPOLLRDHUP = 0x2000;
    private static final int EPOLLONESHOT = 1 << 30;
    /// An event has its number at once behind its flags on x86_64, at a multiple of 8 elsewhere.
    private static final int NUMBER_AT = Support.isArm() ? 8 : 4;
    private static final int EVENT_BYTES = NUMBER_AT + 8;
    private static final int EVENTS_AT_ONCE = 64;
    private static final long STOP = 0;

    private final Map<Long, ShmPipe> pipes = new ConcurrentHashMap<>();
    private final Map<ShmPipe, Long> numbers = new ConcurrentHashMap<>();
    private final int epoll;
    private final Alarm alarm;
    private long lastNumber = STOP;

    private Watch(int epoll, Alarm alarm) {
        this.epoll = epoll;
        this.alarm = alarm;
    }

    static Watch start() throws IOException {
        Alarm alarm = Alarm.create();
        try (Arena brief = Arena.ofConfined()) {
            int epoll = (int) Sys.check(Sys.call(new Scratch(brief), SysNumbers.EPOLL_CREATE1, EPOLL_CLOEXEC),
                    "epoll_create1");
            Watch watch = new Watch(epoll, alarm);
            watch.register(alarm.fd(), STOP);
            Thread.ofPlatform().daemon().name("shortwire-shm-peers").start(watch::run);
            return watch;
        } catch (IOException e) {
            alarm.close();
            throw e;
        }
    }

    void add(ShmPipe pipe) throws IOException {
        long number = ++lastNumber;
        pipes.put(number, pipe);
        numbers.put(pipe, number);
        try {
            register(pipe.socketFd(), number);
        } catch (IOException e) {
            remove(pipe);
            throw e;
        }
    }

    void remove(ShmPipe pipe) {
        Long number = numbers.remove(pipe);
        if (number != null) {
            pipes.remove(number);
        }
    }

    boolean isIdle() {
        return pipes.isEmpty();
    }

    void stop() {
        alarm.raise();
    }

    private void register(int fd, long number) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            MemorySegment event = brief.allocate(EVENT_BYTES, 8);
            event.set(ValueLayout.JAVA_INT, 0, EPOLLIN | EPOLLRDHUP | EPOLLONESHOT);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, NUMBER_AT, number);
            Sys.check(Sys.call(new Scratch(brief), SysNumbers.EPOLL_CTL, epoll, EPOLL_CTL_ADD, fd, event.address(), 0,
                    0), "epoll_ctl");
        }
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            Scratch scratch = new Scratch(arena);
            MemorySegment events = arena.allocate((long) EVENT_BYTES * EVENTS_AT_ONCE, 8);
            int count;
            do {
                count = (int) Sys.call(scratch, SysNumbers.EPOLL_PWAIT, epoll, events.address(), EVENTS_AT_ONCE, -1, 0,
                        8);
            } while (count == -Errno.EINTR || count >= 0 && !report(events, count));
            Sys.closeFd(scratch, epoll);
            if (count < 0) {
                log.error("epoll_pwait: {}; every link over shared memory ends", Errno.text(-count));
                pipes.values().forEach(ShmPipe::end);
            }
        } finally {
            alarm.close();
        }
    }

    /// @return whether to stop
    private boolean report(MemorySegment events, int count) {
        boolean stop = false;
        for (int i = 0; i < count; i++) {
            long number = events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * EVENT_BYTES + NUMBER_AT);
            ShmPipe pipe = pipes.get(number);
            if (pipe != null) {
                pipe.end();
            }
            stop |= number == STOP;
        }
        return stop;
    }
}
