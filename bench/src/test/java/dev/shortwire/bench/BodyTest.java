package dev.shortwire.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Bytes;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

final class BodyTest {
    @ParameterizedTest
    @EnumSource
    void isTheSameForBothSides(Body.Form form) {
        for (int bytes : new int[] {100, 4096, 65_536}) {
            Body asked = Body.of(form, bytes);
            Body answered = Body.of(asked.code());
            assertThat(answered.encode()).isEqualTo(asked.encode());
            assertThat(asked.length()).isBetween(bytes, bytes + 8 + bytes / 100);
            asked.accept(answered.encode());
            ByteBuffer buffer = answered.encode().asByteBuffer();
            asked.accept(buffer);
            assertThat(buffer.hasRemaining()).isFalse();
        }
    }

    @Test
    void refusesAReplyOfAnotherLength() {
        assertThatThrownBy(() -> Body.of(Body.Form.BYTES, 100).accept(Bytes.EMPTY))
                .hasMessage("reply has 0 bytes, not the 100 asked");
        assertThatThrownBy(() -> Body.of(Body.Form.BYTES, 0)).hasMessageContaining("bytes=0 must be 1 to");
    }
}
