package dev.shortwire.geecache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shortwire.Bytes;
import dev.shortwire.geecache.GetResponse.MalformedException;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GetResponseTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({"'',0a00", "363330,0a03363330"})
    void writesWhatProtobufPrescribes(String value, String message) {
        assertThat(HEX.formatHex(GetResponse.encode(bytes(value)).toByteArray())).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource({
        // an empty value, which Go leaves out
        "'',''",
        // with the rate after or before it
        "0a03363330110000000000002440,363330", "1100000000000024400a03363330,363330",
        // the last of two counts
        "0a013a0a03363330,363330",
        // unknown fields: a number, four bytes, a text, a group with a group in it
        "18ffffffffffffffffff010a0131,31", "250102030400,-", "22020a0a0a0131,31", "1b0801130a01ff141c0a0131,31",
        // a known number with another type is an unknown field
        "08050a0131,31", "12010a,''"})
    void readsWhatProtobufAllows(String message, String value) throws MalformedException {
        if (value.equals("-")) {
            assertThatThrownBy(() -> GetResponse.decode(bytes(message))).isInstanceOf(MalformedException.class);
        } else {
            assertThat(GetResponse.decode(bytes(message))).isEqualTo(bytes(value));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0a", "0a04363330", "0affffffff07", "0affffffffffffffffff01", "0a808080808080808080808001",
        "1100", "1501", "00", "0000", "0c", "0e", "0f", "1b", "1b0801", "1b24", "ffffffffffffffffff7f", "2201", "80"})
    void refusesWhatIsNoMessage(String message) {
        assertThatThrownBy(() -> GetResponse.decode(bytes(message))).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesGroupsThatAreNestedTooDeep() {
        assertThatThrownBy(() -> GetResponse.decode(bytes("1b".repeat(1_000_000))))
                .isInstanceOf(MalformedException.class).hasMessageContaining("nested");
    }

    @Test
    void everyValueComesBackAsItWas() throws MalformedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 16 << 20}) {
            byte[] value = new byte[length];
            random.nextBytes(value);
            Bytes message = GetResponse.encode(Bytes.copyOf(value));
            assertThat(GetResponse.decode(message).toByteArray()).as("seed %d", seed).isEqualTo(value);
            assertThat(message.length() - length).isLessThan(GetResponse.MAX_OVERHEAD_BYTES);
        }
    }

    @Test
    void noiseIsAMessageOrMalformedAndNothingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            byte[] noise = new byte[random.nextInt(24)];
            random.nextBytes(noise);
            Bytes message = Bytes.copyOf(noise);
            try {
                assertThat(GetResponse.decode(message).length()).as("seed %d", seed).isLessThanOrEqualTo(noise.length);
            } catch (MalformedException refused) {
                assertThat(refused).as("seed %d", seed).hasMessageMatching(".+");
            }
        }
    }

    private static Bytes bytes(String hex) {
        return Bytes.copyOf(HEX.parseHex(hex));
    }
}
