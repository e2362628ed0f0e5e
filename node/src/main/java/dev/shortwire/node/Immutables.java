package dev.shortwire.node;

import dev.shortwire.Bytes;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/// Which types have only values that never change: primitives and their boxes, texts, `Bytes`, enums, the types of
/// `java.time`, `UUID`, big numbers, an `Optional` of such a type, and records of nothing else. Where a type does not
/// tell (an interface, a type variable, a list), the answer is no.
final class Immutables {
    private static final Set<Class<?>> KNOWN = Set.of(String.class, Bytes.class, Boolean.class, Character.class,
            Byte.class, Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class,
            BigDecimal.class, UUID.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class, Instant.class,
            Duration.class, Period.class, LocalDate.class, LocalTime.class, LocalDateTime.class, OffsetDateTime.class,
            OffsetTime.class, ZonedDateTime.class, ZoneId.class, ZoneOffset.class, Year.class, YearMonth.class,
            MonthDay.class);

    private Immutables() {}

    static boolean isImmutable(Type type) {
        return isImmutable(type, new HashSet<>());
    }

    /// @param assumed records that are being looked at: one that contains itself is immutable if the rest of it is
    private static boolean isImmutable(Type type, Set<Class<?>> assumed) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            return isImmutable(generic.getActualTypeArguments()[0], assumed);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
            return raw.isRecord() && isImmutable(raw, assumed);
        }
        if (!(type instanceof Class<?> plain)) {
            return false;
        }
        if (plain.isPrimitive() || plain.isEnum() || KNOWN.contains(plain)) {
            return true;
        }
        return plain.isRecord() && (!assumed.add(plain) || hasOnlyImmutables(plain, assumed));
    }

    private static boolean hasOnlyImmutables(Class<?> record, Set<Class<?>> assumed) {
        for (RecordComponent component : record.getRecordComponents()) {
            if (!isImmutable(component.getGenericType(), assumed)) {
                return false;
            }
        }
        return true;
    }
}
