package dev.shortwire.wire.shm;

import dev.shortwire.wire.shm.Sys.Scratch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Memory that two processes share: a file without a name, mapped. It is mapped until its arena is closed.
///
/// What could kill a process that touches mapped memory is that the file shrinks under it, or has a page that the kernel
/// can't find memory for. Whoever creates the file therefore allocates all of it, and seals it so that nobody, not even he,
/// can ever change its size. Who is given a file believes nothing: it must lie in ordinary memory (pages of huge size can run
/// out), have these seals and exactly the size it should have, and all of it is allocated once more before it is touched.
final class Memory {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_NOEXEC_SEAL = 8;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int SEALS = 1 | 2 | 4; // no further seals, no shrinking, no growing
    private static final int SEAL_EXEC = 0x20;
    private static final int SEEK_END = 2;
    private static final long TMPFS_MAGIC = 0x01021994;
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;

    private final Scratch scratch;
    private final int fd;
    private final int capacity;
    private final MemorySegment segment;

    private Memory(Scratch scratch, int fd, int capacity, MemorySegment segment) {
        this.scratch = scratch;
        this.fd = fd;
        this.capacity = capacity;
        this.segment = segment;
    }

    /// New memory for two rings, all zero.
    ///
    /// @throws IOException if the kernel refuses
    static Memory create(Arena arena, int capacity) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            int fd = createFile(scratch, brief);
            try {
                long size = Layout.totalBytes(capacity);
                Sys.check(Sys.call(scratch, SysNumbers.FTRUNCATE, fd, size, 0), "ftruncate of shared memory");
                allocate(scratch, fd, size);
                Sys.check(Sys.call(scratch, SysNumbers.FCNTL, fd, F_ADD_SEALS, SEALS), "sealing shared memory");
                return map(scratch, arena, fd, capacity);
            } catch (IOException | RuntimeException | Error e) {
                Sys.closeFd(scratch, fd);
                throw e;
            }
        }
    }

    /// Newer kernels want to hear that nobody will execute the file; older ones don't know the flag.
    private static int createFile(Scratch scratch, Arena brief) throws IOException {
        long name = brief.allocateFrom("shortwire").address();
        long fd = Sys.call(scratch, SysNumbers.MEMFD_CREATE, name, MFD_CLOEXEC | MFD_NOEXEC_SEAL, 0);
        if (fd == -Errno.EINVAL) {
            fd = Sys.call(scratch, SysNumbers.MEMFD_CREATE, name, MFD_CLOEXEC | MFD_ALLOW_SEALING, 0);
        }
        return (int) Sys.check(fd, "memfd_create");
    }

    /// The memory of a file that the peer has sent. The descriptor stays the caller's until this returns.
    ///
    /// @throws IOException if it is not what [#create] makes, or the kernel refuses
    static Memory adopt(Arena arena, int fd, int capacity) throws IOException {
        try (Arena brief = Arena.ofConfined()) {
            Scratch scratch = new Scratch(brief);
            MemorySegment about = brief.allocate(256, 8);
            Sys.check(Sys.call(scratch, SysNumbers.FSTATFS, fd, about.address(), 0), "fstatfs of shared memory");
            long kind = about.get(ValueLayout.JAVA_LONG, 0);
            require(kind == TMPFS_MAGIC, "lies on file system 0x" + Long.toHexString(kind)
                    + " instead of plain memory, 0x" + Long.toHexString(TMPFS_MAGIC));
            long seals = Sys.check(Sys.call(scratch, SysNumbers.FCNTL, fd, F_GET_SEALS, 0), "seals of shared memory");
            require((seals & ~SEAL_EXEC) == SEALS,
                    "has the seals 0x" + Long.toHexString(seals) + " instead of 0x" + SEALS);
            long size = Sys.check(Sys.call(scratch, SysNumbers.LSEEK, fd, 0, SEEK_END), "size of shared memory");
            long wanted = Layout.totalBytes(capacity);
            require(size == wanted, "has " + size + " bytes instead of " + wanted);
            allocate(scratch, fd, size);
            return map(scratch, arena, fd, capacity);
        }
    }

    private static void require(boolean holds, String fault) throws IOException {
        if (!holds) {
            throw new IOException("the peer's shared memory " + fault + "; run the same version on both sides");
        }
    }

    private static void allocate(Scratch scratch, int fd, long size) throws IOException {
        long result;
        do {
            result = Sys.call(scratch, SysNumbers.FALLOCATE, fd, 0, 0, size, 0, 0);
        } while (result == -Errno.EINTR);
        Sys.check(result, "allocating " + size + " bytes of shared memory");
    }

    @SuppressWarnings("restricted")
    private static Memory map(Scratch scratch, Arena arena, int fd, int capacity) throws IOException {
        long size = Layout.totalBytes(capacity);
        long address = Sys.check(
                Sys.call(scratch, SysNumbers.MMAP, 0, size, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, 0),
                "mapping shared memory");
        MemorySegment segment = MemorySegment.ofAddress(address).reinterpret(size, arena, Memory::unmap);
        return new Memory(Scratch.SHARED, fd, capacity, segment);
    }

    private static void unmap(MemorySegment segment) {
        Sys.call(Scratch.SHARED, SysNumbers.MUNMAP, segment.address(), segment.byteSize(), 0);
    }

    int fd() {
        return fd;
    }

    /// The mapping stays.
    void closeFd() {
        Sys.closeFd(scratch, fd);
    }

    /// Bytes of each ring.
    int capacity() {
        return capacity;
    }

    /// All of it.
    MemorySegment segment() {
        return segment;
    }

    long address() {
        return segment.address();
    }

    /// The words of ring 0 or 1.
    MemorySegment words(int ring) {
        return segment.asSlice((long) ring * Layout.RING_STRIDE, Layout.RING_STRIDE);
    }

    /// The bytes of ring 0 or 1.
    MemorySegment data(int ring) {
        return segment.asSlice(Layout.HEADER_BYTES + (long) ring * capacity, capacity);
    }
}
