package dev.shortwire.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shortwire.Bytes;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImmutablesTest {
    enum Role { READER, WRITER }

    record Leaf(String text, int number, Long boxed, Role role, Instant at, UUID key, BigDecimal amount, Bytes bytes) {}

    record Branch(Leaf left, Optional<Leaf> right) {}

    record Chain(String text, @Nullable Chain next) {}

    record Ping(@Nullable Pong pong) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Pong(@Nullable Ping ping, int[] array) {}

    @SuppressWarnings("ArrayRecordComponent")
    record WithArray(byte[] bytes) {}

    record WithList(List<String> texts) {}

    record Deep(Branch branch, WithList list) {}

    record WithOptionalList(Optional<List<String>> texts) {}

    record Box<T>(T content) {}

    record WithBox(Box<String> box) {}

    record WithObject(Object any) {}

    record WithRawOptional(@SuppressWarnings("rawtypes") Optional any) {}

    static class Bean {}

    interface Shape {}

    @ParameterizedTest
    @ValueSource(classes = {String.class, Bytes.class, int.class, Integer.class, Boolean.class, Character.class,
        Role.class, Instant.class, ZoneId.class, UUID.class, BigDecimal.class, Leaf.class, Branch.class,
        Chain.class})
    void knowsWhatNeverChanges(Class<?> type) {
        assertThat(Immutables.isImmutable(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {byte[].class, String[].class, List.class, Map.class, Object.class, Number.class, Date.class,
        StringBuilder.class, Ping.class, Pong.class, WithArray.class, WithList.class, Deep.class,
        WithOptionalList.class, Box.class, WithBox.class, WithObject.class, WithRawOptional.class,
        Optional.class, Bean.class, Shape.class})
    void knowsWhatMayChange(Class<?> type) {
        assertThat(Immutables.isImmutable(type)).isFalse();
    }

    @Test
    void looksIntoOptionals() {
        assertThat(Codecs.cbor(new TypeRef<Optional<String>>() {}).isImmutable()).isTrue();
        assertThat(Codecs.cbor(new TypeRef<Optional<List<String>>>() {}).isImmutable()).isFalse();
    }

    @Test
    void isAskedByTheCodecs() {
        assertThat(Codecs.bytes().isImmutable()).isTrue();
        assertThat(Codecs.string().isImmutable()).isTrue();
        assertThat(Codecs.byteArray().isImmutable()).isFalse();
        assertThat(Codecs.of(Leaf.class).isImmutable()).isTrue();
        assertThat(Codecs.json(WithList.class).isImmutable()).isFalse();
    }
}
