package dev.shortwire.wire.shm;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Access to numbers in shared memory, in the byte order of the machine: (segment, offset) are the coordinates.
final class Words {
    static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private Words() {}
}
