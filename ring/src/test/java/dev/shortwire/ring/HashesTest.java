package dev.shortwire.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HashesTest {
    /// Each from the reference library of XXH3, over the bytes of the text in UTF-16, low byte first.
    @ParameterizedTest
    @CsvSource({"'', 2d06800538d394c2", "Tom, bf1f8b5da65480c0", "Jack, 2fe3c06c3df0c907", "U+1F600, 64f70152934ef91a",
        "汤姆, 7561e920d4336a47", "😀, 4f5e7c036410fd49"})
    void xxh3IsTheOneOfTheReferenceLibrary(String text, String hash) {
        assertThat(Hashes.xxh3(text)).isEqualTo(Long.parseUnsignedLong(hash, 16));
    }

    /// The first five numbers of SplitMix64 seeded with 1234567, as published with the generator.
    @ParameterizedTest
    @CsvSource({"1, 6457827717110365317", "2, 3203168211198807973", "3, 9817491932198370423", "4, 4593380528125082431",
        "5, 16408922859458223821"})
    void mixGivesTheNumbersOfSplitMix64(int step, String number) {
        assertThat(Hashes.mix(1234567 + step * Hashes.GOLDEN_GAMMA)).isEqualTo(Long.parseUnsignedLong(number));
    }

    /// `123456789` → `cbf43926` is the check value of the CRC catalogues; the others were computed with zlib.
    @ParameterizedTest
    @CsvSource({"'', 00000000", "123456789, cbf43926", "Tom, 459235f3", "kkk, e7aaf76f", "汤姆, d4c5e8ba",
        "😀, 054db544"})
    void crc32IsTheOneOfIeee(String text, String crc) {
        assertThat(Hashes.crc32(text)).isEqualTo(Integer.parseUnsignedInt(crc, 16));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void crc32TakesAnyTextAsItsUtf8Bytes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = text(random);
            CRC32 expected = new CRC32();
            expected.update(text.getBytes(StandardCharsets.UTF_8));
            assertThat(Integer.toUnsignedLong(Hashes.crc32(text)))
                    .as("seed %d, text %s", seed, text.chars().boxed().toList())
                    .isEqualTo(expected.getValue());
        }
    }

    /// Of code units of every kind: ASCII, two and three bytes long, and surrogates in pairs and alone.
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(5)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) (0x80 + random.nextInt(0x780)));
                case 2 -> text.append((char) random.nextInt(0x1_0000));
                case 3 -> text.append((char) (0xD800 + random.nextInt(0x800)));
                default -> text.appendCodePoint(0x1_0000 + random.nextInt(0x10_0000));
            }
        }
        return text.toString();
    }
}
