package dev.shortwire.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/// Processor time of this process in nanoseconds. On Linux it is the kernel's own count (clock_gettime(2)); what Java
/// offers everywhere is rounded to hundredths of a second, a fiftieth of a slice.
final class CpuClock {
    private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
    private static final @Nullable MethodHandle EXACT = exact();
    private static final com.sun.management.OperatingSystemMXBean BEAN = (com.sun.management.OperatingSystemMXBean) ManagementFactory
            .getOperatingSystemMXBean();

    private CpuClock() {}

    static long nanos() {
        MethodHandle exact = EXACT;
        if (exact == null) {
            return BEAN.getProcessCpuTime();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(2 * ValueLayout.JAVA_LONG.byteSize(), 8);
            int result = (int) exact.invokeExact(CLOCK_PROCESS_CPUTIME_ID, time);
            return result == 0
                    ? time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000 + time.get(ValueLayout.JAVA_LONG, 8)
                    : BEAN.getProcessCpuTime();
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime can't be called", e);
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle exact() {
        if (!System.getProperty("os.name").equals("Linux") || ValueLayout.ADDRESS.byteSize() != 8) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find("clock_gettime")
                .map(address -> linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS)))
                .orElse(null);
    }
}
