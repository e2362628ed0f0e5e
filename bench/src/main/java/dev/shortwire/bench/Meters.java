package dev.shortwire.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a process has used up so far, and what it holds now.
///
/// @param cpuNanos       processor time
/// @param allocatedBytes bytes of objects made by all threads
/// @param writtenBytes   bytes handed to the kernel by write calls, 0 where the system does not count them
/// @param compileMillis  time that compilers of bytecode have worked
/// @param threads        threads of the system now
/// @param descriptors    open files and sockets now
/// @param residentKib    memory in use now, in KiB
record Meters(long cpuNanos, long allocatedBytes, long writtenBytes, long compileMillis, int threads,
        int descriptors, long residentKib) {
    static final Meters ZERO = new Meters(0, 0, 0, 0, 0, 0, 0);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
    private static final Path SELF = Path.of("/proc/self");

    /// What this process has used: cheap, to be read before and after a slice.
    static Meters used() {
        return new Meters(CpuClock.nanos(), THREADS.getTotalThreadAllocatedBytes(), field("io", "wchar:"),
                COMPILER.getTotalCompilationTime(), 0, 0, 0);
    }

    /// The same with what it holds, after garbage was collected.
    static Meters held() {
        System.gc();
        Meters used = used();
        return new Meters(used.cpuNanos, used.allocatedBytes, used.writtenBytes, used.compileMillis,
                entries("task"), entries("fd"), field("status", "VmRSS:"));
    }

    Meters minus(Meters before) {
        return new Meters(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes,
                writtenBytes - before.writtenBytes, compileMillis - before.compileMillis, threads - before.threads,
                descriptors - before.descriptors, residentKib - before.residentKib);
    }

    private static long field(String file, String name) {
        try {
            for (String line : Files.readAllLines(SELF.resolve(file))) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.substring(name.length()).replace("kB", "").trim());
                }
            }
            return 0;
        } catch (IOException e) {
            return 0; // not Linux, or not permitted: the column says 0
        }
    }

    private static int entries(String folder) {
        try (Stream<Path> entries = Files.list(SELF.resolve(folder))) {
            return (int) entries.count();
        } catch (IOException e) {
            return 0;
        }
    }
}
