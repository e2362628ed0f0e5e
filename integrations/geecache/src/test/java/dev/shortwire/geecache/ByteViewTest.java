package dev.shortwire.geecache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import org.junit.jupiter.api.Test;

final class ByteViewTest {
    @Test
    void showsLengthTextAndBytes() {
        ByteView view = ByteView.copyOf("汤姆 630".getBytes(UTF_8));

        assertThat(view.len()).isEqualTo(10);
        assertThat(view).hasToString("汤姆 630");
        assertThat(view.byteSlice()).isEqualTo("汤姆 630".getBytes(UTF_8));
        assertThat(view.at(9)).isEqualTo((byte) '0');
    }

    @Test
    void changesOfTheSourceOrOfASliceAreNotSeen() {
        byte[] source = {1, 2, 3};
        ByteView view = ByteView.copyOf(source);
        source[0] = 9;
        view.byteSlice()[1] = 9;

        assertThat(view.byteSlice()).containsExactly(1, 2, 3);
    }

    @Test
    void wrapsBytesWithoutACopyAndEqualsByContent() {
        Bytes bytes = Bytes.utf8("630");

        assertThat(ByteView.of(bytes).bytes()).isSameAs(bytes);
        assertThat(ByteView.of(bytes)).isEqualTo(ByteView.copyOf(bytes.toByteArray())).hasSameHashCodeAs(
                ByteView.copyOf(bytes.toByteArray()));
        assertThat(ByteView.of(bytes)).isNotEqualTo(ByteView.of(Bytes.utf8("589")));
        assertThat(ByteView.of(Bytes.EMPTY).len()).isZero();
    }
}
