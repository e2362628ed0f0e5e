package dev.shortwire.ring;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/// The hash functions that placements are made of. None of them allocates; all can be computed in any language.
final class Hashes {
    /// What SplitMix64 adds to its state at each step: 2^64 divided by the golden ratio, made odd.
    static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private static final Hasher64 XXH3 = Hashing.xxh3_64();
    private static final int[] CRC_TABLE = crcTable();
    private static final int CRC_POLYNOMIAL = 0xEDB8_8320;

    private Hashes() {}

    /// XXH3, the 64-bit variant with seed 0, over the UTF-16 code units of `text`, each as two bytes, low byte first.
    static long xxh3(CharSequence text) {
        return XXH3.hashCharsToLong(text);
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014; Stafford's
    /// variant 13): a bijection in which every bit of `z` touches every bit of the result.
    static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return b ^ (b >>> 31);
    }

    /// CRC-32 of IEEE 802.3 (as in gzip, and in Go's `crc32.ChecksumIEEE`) over `text` in UTF-8. A surrogate without its
    /// partner counts as `?`, as in [String#getBytes].
    static int crc32(CharSequence text) {
        int crc = -1;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                crc = step(crc, unit);
            } else if (unit < 0x800) {
                crc = step(step(crc, 0xC0 | unit >> 6), tail(unit));
            } else if (!Character.isSurrogate(unit)) {
                crc = step(step(step(crc, 0xE0 | unit >> 12), tail(unit >> 6)), tail(unit));
            } else if (i + 1 < length && Character.isSurrogatePair(unit, text.charAt(i + 1))) {
                i++;
                int point = Character.toCodePoint(unit, text.charAt(i));
                crc = step(step(crc, 0xF0 | point >> 18), tail(point >> 12));
                crc = step(step(crc, tail(point >> 6)), tail(point));
            } else {
                crc = step(crc, '?');
            }
        }
        return ~crc;
    }

    private static int tail(int bits) {
        return 0x80 | bits & 0x3F;
    }

    private static int step(int crc, int octet) {
        return crc >>> 8 ^ CRC_TABLE[(crc ^ octet) & 0xFF];
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int octet = 0; octet < 256; octet++) {
            int crc = octet;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ CRC_POLYNOMIAL;
            }
            table[octet] = crc;
        }
        return table;
    }
}
