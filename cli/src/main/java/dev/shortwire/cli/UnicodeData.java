package dev.shortwire.cli;

import java.lang.Character.UnicodeBlock;
import java.lang.Character.UnicodeScript;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The characters that the running JDK knows: about 155,000 rows with nothing to download.
final class UnicodeData {
    private UnicodeData() {}

    /// A character.
    ///
    /// @param codePoint as people write it, such as `U+1F600`; also the key in the group
    /// @param name      its name, such as `GRINNING FACE`
    /// @param block     its block, such as `EMOTICONS`
    /// @param script    its script, such as `COMMON`
    record Row(String codePoint, String name, String block, String script) {}

    /// Every assigned code point but private use and surrogates, in order.
    static Stream<Row> rows() {
        return codePoints().mapToObj(UnicodeData::row);
    }

    static IntStream codePoints() {
        return IntStream.rangeClosed(Character.MIN_CODE_POINT, Character.MAX_CODE_POINT)
                .filter(codePoint -> switch (Character.getType(codePoint)) {
                    case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> false;
                    default -> true;
                });
    }

    static Row row(int codePoint) {
        UnicodeBlock block = UnicodeBlock.of(codePoint);
        return new Row(key(codePoint), Objects.requireNonNullElse(Character.getName(codePoint), key(codePoint)),
                block == null ? "" : block.toString(), UnicodeScript.of(codePoint).name());
    }

    /// `U+` and at least four hexadecimal digits.
    static String key(int codePoint) {
        return "U+" + String.format(Locale.ROOT, "%04X", codePoint);
    }
}
