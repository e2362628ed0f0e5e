package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.shortwire.Bytes;
import dev.shortwire.PermanentException;
import dev.shortwire.spi.Codec;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes that nobody honest wrote, decoded: an exception, without much memory and without end.
final class HostileValuesTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MUCH_BYTES = 4 << 20;

    record Linked(String name, @Nullable Linked next) {}

    record Loose(Object any, List<Object> list, Map<String, Object> map, Bytes bytes, String text) {}

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {
        "7b7fffffffffffffff", // text of 2^63 - 1 bytes
        "7a7fffffff", // text of 2 GiB
        "5a7fffffff", // bytes
        "5b0000000100000000", // bytes, more than an array holds
        "9a7fffffff", // an array of 2^31 - 1 items
        "9b7fffffffffffffff", "ba7fffffff", // a map
        "bb7fffffffffffffff", "c25a7fffffff", // a big number
        "c482195000c25a7fffffff", // a decimal fraction
        "7f7a7fffffff", // text in chunks
        "5f5a7fffffff", // bytes in chunks
        "a163616e795a7fffffff", "a163616e797a7fffffff", "a1646c6973749a7fffffff", "a1636d6170ba7fffffff",
        "a16562797465735a7fffffff", "a164746578747a7fffffff"})
    void takesNoMemoryForALengthThatIsOnlyDeclared(String hex) {
        Bytes bytes = Bytes.adopt(HexFormat.of().parseHex(hex));
        for (Codec<?> codec : List.of(Codecs.cbor(Loose.class), Codecs.cbor(Object.class), Codecs.cbor(byte[].class),
                Codecs.cbor(new TypeRef<List<Integer>>() {}), Codecs.cbor(int[].class), Codecs.cbor(String.class))) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            assertThatThrownBy(() -> codec.decode(bytes)).as(codec.toString()).isInstanceOf(PermanentException.class);
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).as(codec.toString()).isLessThan(MUCH_BYTES);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"81", "9f", "a16161", "a1636e657874", "bf636e657874", "c1", "d9d9f7"})
    void refusesValuesThatAreDeeplyNested(String hex) {
        byte[] unit = HexFormat.of().parseHex(hex);
        byte[] deep = new byte[unit.length * 200_000];
        for (int i = 0; i < deep.length; i++) {
            deep[i] = unit[i % unit.length];
        }
        for (Codec<?> codec : List.of(Codecs.cbor(Linked.class), Codecs.cbor(Object.class), Codecs.cbor(Loose.class))) {
            assertThatThrownBy(() -> codec.decode(Bytes.copyOf(deep))).as(codec.toString())
                    .isInstanceOf(PermanentException.class);
        }
    }

    @Test
    void refusesToWriteWhatItWouldRefuseToRead() {
        Codec<Linked> codec = Codecs.cbor(Linked.class);
        Linked chain = null;
        for (int i = 0; i < 150; i++) {
            chain = new Linked("a", chain);
        }
        Linked fits = new Linked("a", chain);
        assertThat(codec.decode(codec.encode(fits))).isEqualTo(fits);
        for (int i = 0; i < 150; i++) {
            chain = new Linked("a", chain);
        }
        Linked tooDeep = new Linked("a", chain);
        assertThatThrownBy(() -> codec.encode(tooDeep)).isInstanceOf(PermanentException.class)
                .hasMessageContaining("application/cbor");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    @Timeout(60)
    void decodesOrRefusesWhateverWasCorrupted(long seed) {
        Random random = new Random(seed);
        Loose loose = new Loose(Map.of("a", List.of(1, 2.5, true)), List.of("x", 7L, Map.of()), Map.of("k", "v"),
                Bytes.adopt(new byte[100]), "some text");
        corrupt(Codecs.cbor(CodecsTest.User.class), CodecsTest.TOM, random, seed);
        corrupt(Codecs.json(CodecsTest.User.class), CodecsTest.TOM, random, seed);
        corrupt(Codecs.cbor(Loose.class), loose, random, seed);
        corrupt(Codecs.json(Loose.class), loose, random, seed);
    }

    private static <V> void corrupt(Codec<V> codec, V value, Random random, long seed) {
        byte[] good = codec.encode(value).toByteArray();
        int refused = 0;
        for (int i = 0; i < 2_500; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length)
                    : good.length);
            for (int n = 1 + random.nextInt(4); n > 0 && bad.length > 0; n--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                codec.decode(Bytes.copyOf(bad));
            } catch (PermanentException e) {
                refused++;
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("seed %d, %s, %s", seed, codec, HexFormat.of().formatHex(bad)).isLessThan(MUCH_BYTES);
        }
        assertThat(refused).as("seed %d, %s", seed, codec).isPositive();
    }
}
