package dev.shortwire.wire.shm;

/// Numbers of the kernel's calls on the two processors that this wire knows.
final class SysNumbers {
    private static final boolean ARM = Support.isArm();

    static final int READ = number(0, 63);
    static final int WRITE = number(1, 64);
    static final int CLOSE = number(3, 57);
    static final int LSEEK = number(8, 62);
    static final int MMAP = number(9, 222);
    static final int MUNMAP = number(11, 215);
    static final int SOCKET = number(41, 198);
    static final int CONNECT = number(42, 203);
    static final int SENDMSG = number(46, 211);
    static final int RECVMSG = number(47, 212);
    static final int SHUTDOWN = number(48, 210);
    static final int BIND = number(49, 200);
    static final int LISTEN = number(50, 201);
    static final int SETSOCKOPT = number(54, 208);
    static final int GETSOCKOPT = number(55, 209);
    static final int FCNTL = number(72, 25);
    static final int FTRUNCATE = number(77, 46);
    static final int FSTATFS = number(138, 44);
    static final int FUTEX = number(202, 98);
    static final int EPOLL_CTL = number(233, 21);
    static final int OPENAT = number(257, 56);
    static final int PPOLL = number(271, 73);
    static final int EPOLL_PWAIT = number(281, 22);
    static final int FALLOCATE = number(285, 47);
    static final int ACCEPT4 = number(288, 242);
    static final int EVENTFD2 = number(290, 19);
    static final int EPOLL_CREATE1 = number(291, 20);
    static final int MEMFD_CREATE = number(319, 279);

    private SysNumbers() {}

    private static int number(int x86, int arm) {
        return ARM ? arm : x86;
    }
}
