package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.shortwire.Bytes;
import dev.shortwire.FailureKind;
import dev.shortwire.PermanentException;
import dev.shortwire.spi.Codec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CodecsTest {
    enum Role {
        READER, WRITER;

        @Override
        public String toString() {
            return "the " + name().toLowerCase(Locale.ROOT);
        }
    }

    record Address(String street, int number) {}

    record User(String name, int age, long id, double score, boolean active, Role role, @Nullable Address home,
            Optional<String> nick, Optional<String> none, UUID key, Instant since, LocalDate born,
            OffsetDateTime seen, ZonedDateTime meets, Duration pause, BigDecimal balance, BigInteger big,
            List<Address> others, Map<Role, List<Integer>> counts, Bytes photo, @Nullable String remark) {}

    static final User TOM = new User("汤姆 \"😀\"", 42, Long.MIN_VALUE, 0.1, true, Role.WRITER, new Address("Elm", 7),
            Optional.of("t"), Optional.empty(), new UUID(1, -2), Instant.parse("2026-02-03T04:05:06.123456789Z"),
            LocalDate.of(1984, 2, 29), OffsetDateTime.parse("2026-02-03T04:05:06.1+05:30"),
            ZonedDateTime.parse("2026-07-03T04:05:06+02:00[Europe/Paris]"), Duration.ofNanos(-1_000_000_001),
            new BigDecimal("-12345678901234567890.10"), BigInteger.TWO.pow(200).negate(),
            List.of(new Address("Oak", 1), new Address("Ash", -1)), Map.of(Role.READER, List.of(1, 2)),
            Bytes.copyOf(new byte[] {0, -1, 127}), null);

    static Stream<Codec<User>> users() {
        return Stream.of(Codecs.cbor(User.class), Codecs.json(User.class), Codecs.of(User.class));
    }

    @ParameterizedTest
    @MethodSource("users")
    void givesBackARecordAsItWas(Codec<User> codec) {
        assertThat(codec.decode(codec.encode(TOM))).isEqualTo(TOM);
    }

    @Test
    void choosesByType() {
        assertThat(Codecs.of(Bytes.class)).isSameAs(Codecs.bytes());
        assertThat(Codecs.of(byte[].class)).isSameAs(Codecs.byteArray());
        assertThat(Codecs.of(String.class)).isSameAs(Codecs.string());
        assertThat(Codecs.of(User.class).contentType()).isEqualTo("application/cbor");
        assertThat(Codecs.json(User.class).contentType()).isEqualTo("application/json");
        assertThat(Codecs.string().contentType()).isEqualTo("text/plain;charset=utf-8");
        assertThat(Codecs.bytes().contentType()).isEqualTo("application/octet-stream");
        assertThat(Codecs.byteArray().contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void encodesAsTheStandardsSay() {
        Address elm = new Address("Elm", 7);

        assertThat(Codecs.json(Address.class).encode(new Address("Elm", 7)).utf8())
                .isEqualTo("{\"street\":\"Elm\",\"number\":7}");
        assertThat(hex(Codecs.cbor(Integer.class).encode(10))).isEqualTo("0a");
        assertThat(hex(Codecs.cbor(BigInteger.class).encode(BigInteger.valueOf(-1)))).isEqualTo("c34100");
        assertThat(Codecs.json(Role.class).encode(Role.READER).utf8()).isEqualTo("\"READER\"");
        assertThat(Codecs.json(Instant.class).encode(Instant.EPOCH).utf8()).isEqualTo("\"1970-01-01T00:00:00Z\"");
        assertThat(Codecs.cbor(Address.class).encode(elm)).isEqualTo(Codecs.cbor(Address.class).encode(elm));
    }

    @Test
    void passesBytesThroughWithoutACopy() {
        Bytes bytes = Bytes.utf8("abc");

        assertThat(Codecs.bytes().encode(bytes)).isSameAs(bytes);
        assertThat(Codecs.bytes().decode(bytes)).isSameAs(bytes);
    }

    @Test
    void copiesArraysBothWays() {
        byte[] mine = {1, 2, 3};
        Bytes bytes = Codecs.byteArray().encode(mine);
        mine[0] = 9;
        Codecs.byteArray().decode(bytes)[1] = 9;

        assertThat(Codecs.byteArray().decode(bytes)).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Tom", "汤姆", "😀", "a\u0000b", "\ufffd", "\uffff"})
    void givesBackTextAsItWas(String text) {
        Bytes bytes = Codecs.string().encode(text);

        assertThat(bytes).isEqualTo(Bytes.utf8(text));
        assertThat(Codecs.string().decode(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "a\udc00", "\ud83dx", "\udc00\ud800"})
    void refusesTextWithAnUnpairedSurrogate(String text) {
        assertThatThrownBy(() -> Codecs.string().encode(text)).isInstanceOf(PermanentException.class)
                .hasMessageContaining("unpaired surrogate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c080", "eda080", "e282", "61efbfbdff"})
    void refusesBytesThatAreNoUtf8(String hex) {
        assertThatThrownBy(() -> Codecs.string().decode(bytes(hex))).isInstanceOf(PermanentException.class)
                .hasMessageContaining("text/plain;charset=utf-8");
    }

    @Test
    void handlesGenericTypes() {
        Codec<Map<String, List<Address>>> codec = Codecs.cbor(new TypeRef<Map<String, List<Address>>>() {});
        Map<String, List<Address>> value = Map.of("a", List.of(new Address("Elm", 7)), "b", List.of());

        assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
        assertThat(codec.isImmutable()).isFalse();
        Codec<Optional<Address>> json = Codecs.json(new TypeRef<Optional<Address>>() {});
        assertThat(json.decode(json.encode(Optional.of(new Address("Elm", 7))))).contains(new Address("Elm", 7));
        assertThat(json.decode(json.encode(Optional.empty()))).isEmpty();
    }

    @Test
    @SuppressWarnings({"rawtypes", "unchecked"})
    void refusesATypeThatIsNotNamed() {
        assertThatThrownBy(() -> new TypeRef() {}).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("new TypeRef<List<User>>() {}");
    }

    record AddressV2(String street, int number, @Nullable String city, Optional<String> country, int floor) {}

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsWhatAnotherVersionOfTheProgramWrote(boolean cbor) {
        Codec<Address> before = cbor ? Codecs.cbor(Address.class) : Codecs.json(Address.class);
        Codec<AddressV2> after = cbor ? Codecs.cbor(AddressV2.class) : Codecs.json(AddressV2.class);

        assertThat(before.decode(after.encode(new AddressV2("Elm", 7, "Ulm", Optional.of("DE"), 3))))
                .isEqualTo(new Address("Elm", 7));
        assertThat(after.decode(before.encode(new Address("Elm", 7))))
                .isEqualTo(new AddressV2("Elm", 7, null, Optional.empty(), 0));
    }

    record Secret(int pin, Map<String, Integer> pins) {}

    @ParameterizedTest
    @ValueSource(strings = {"{\"pin\":\"hunter2\"}", "{\"pins\":{\"hunter2\":[]}}", "{\"pin\":hunter2}",
        "{\"pin\":1}hunter2", "\"hunter2\"", "{\"hunter2", "null", ""})
    void namesTypeAndFormatButNotTheValueOfWhatItCantDecode(String json) {
        assertThatThrownBy(() -> Codecs.json(Secret.class).decode(Bytes.utf8(json)))
                .isInstanceOfSatisfying(PermanentException.class, e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.BAD_REQUEST);
                    assertThat(e).hasMessageContaining(Secret.class.getName()).hasMessageContaining("application/json")
                            .hasNoCause();
                    assertThat(e.toString()).doesNotContain("hunter2");
                });
    }

    record Strict(int number) {
        Strict {
            if (number < 0) {
                throw new IllegalArgumentException("hunter" + number);
            }
        }
    }

    @Test
    void doesNotRepeatWhatARecordSaysOfItsComponents() {
        assertThatThrownBy(() -> Codecs.json(Strict.class).decode(Bytes.utf8("{\"number\":-2}")))
                .isInstanceOf(PermanentException.class).hasNoCause()
                .message().contains("Strict").doesNotContain("hunter-2");
    }

    @Test
    void refusesTrailingBytes() {
        for (Codec<Address> codec : List.of(Codecs.cbor(Address.class), Codecs.json(Address.class))) {
            byte[] good = codec.encode(new Address("Elm", 7)).toByteArray();
            for (byte more : new byte[] {0, 'x', '{', (byte) 0xff, (byte) 0xf6}) {
                byte[] longer = Arrays.copyOf(good, good.length + 1);
                longer[good.length] = more;
                assertThatThrownBy(() -> codec.decode(Bytes.copyOf(longer))).as("%s, %d", codec, more)
                        .isInstanceOf(PermanentException.class);
            }
        }
    }

    record Named(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object any) {}

    record Anything(Object any) {}

    @Test
    void takesNoClassNameFromTheBytes() {
        String className = "{\"@class\":\"" + Address.class.getName() + "\",\"street\":\"Elm\",\"number\":7}";
        Bytes named = Bytes.utf8("{\"any\":" + className + "}");

        assertThatThrownBy(() -> Codecs.json(Named.class).decode(named)).isInstanceOf(PermanentException.class);
        assertThat(Codecs.json(Anything.class).decode(named).any()).isInstanceOf(Map.class);
    }

    interface Opaque {}

    static final class Hidden {
        private final String text;

        Hidden(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    record HasHidden(Hidden part) {}

    record Unit() {}

    @Test
    void saysWhichTypeItCantHandle() {
        assertThatThrownBy(() -> Codecs.cbor(Opaque.class).decode(bytes("a16161f5")))
                .isInstanceOf(PermanentException.class).hasMessageContaining(Opaque.class.getName());
        assertThatThrownBy(() -> Codecs.cbor(HasHidden.class).encode(new HasHidden(new Hidden("hunter2"))))
                .isInstanceOf(PermanentException.class).hasMessageContaining(HasHidden.class.getName())
                .hasMessageContaining("application/cbor").message().doesNotContain("hunter2");
        assertThat(Codecs.cbor(Unit.class).decode(Codecs.cbor(Unit.class).encode(new Unit()))).isEqualTo(new Unit());
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static Bytes bytes(String hex) {
        return Bytes.adopt(HexFormat.of().parseHex(hex));
    }

}
