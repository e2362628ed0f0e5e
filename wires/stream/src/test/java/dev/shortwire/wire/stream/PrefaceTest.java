package dev.shortwire.wire.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.wire.FrameException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PrefaceTest {
    private final MemoryPipe pipe = new MemoryPipe();

    private static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    }

    @Test
    void saysWhatItRead() throws Exception {
        new Preface(5_000).writeTo(pipe, soon());
        pipe.setAtOnce(3);
        assertThat(Preface.readFrom(pipe, soon())).isEqualTo(new Preface(5_000));
    }

    @Test
    void refusesAnotherProtocolAtItsFirstWrongByte() throws Exception {
        pipe.write(ByteBuffer.allocateDirect(2).put((byte) 'S').put((byte) 'S').flip());
        assertThatThrownBy(() -> Preface.readFrom(pipe, soon())).isInstanceOf(FrameException.class);
    }

    @Test
    void refusesAnotherVersionAndNamesIt() throws Exception {
        pipe.write(ByteBuffer.allocateDirect(16).putInt(Preface.MAGIC).putShort((short) 2).putShort((short) 0)
                .putInt(5_000).putInt(0).flip());
        assertThatThrownBy(() -> Preface.readFrom(pipe, soon())).isInstanceOf(FrameException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void givesUpOnASilentPeer() {
        assertThatThrownBy(() -> Preface.readFrom(pipe, System.nanoTime() - 1))
                .isInstanceOf(SocketTimeoutException.class);
    }
}
