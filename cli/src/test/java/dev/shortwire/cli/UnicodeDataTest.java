package dev.shortwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UnicodeDataTest {
    @Test
    void namesCharactersOfEveryPlane() {
        assertThat(UnicodeData.row(0x1F600))
                .isEqualTo(new UnicodeData.Row("U+1F600", "GRINNING FACE", "EMOTICONS", "COMMON"));
        assertThat(UnicodeData.row('A').codePoint()).isEqualTo("U+0041");
        assertThat(UnicodeData.row(0x94A5).script()).isEqualTo("HAN");
        assertThat(UnicodeData.row(0xE0001).name()).isEqualTo("LANGUAGE TAG");
    }

    @Test
    void leavesOutPrivateUseSurrogatesAndUnassigned() {
        assertThat(UnicodeData.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xF8FF || c >= 0xF0000 || c == 0x378))
                .isTrue();
    }

    @Test
    void hasAboutAHundredAndFiftyThousandRowsEachWithItsOwnKey() {
        assertThat(UnicodeData.rows().map(UnicodeData.Row::codePoint).distinct().count())
                .isEqualTo(UnicodeData.codePoints().count()).isBetween(150_000L, 200_000L);
        assertThat(UnicodeData.rows().allMatch(row -> !row.name().isEmpty() && row.name().length() <= 200)).isTrue();
    }
}
