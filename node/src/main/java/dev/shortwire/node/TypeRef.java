package dev.shortwire.node;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/// Names a generic type, which a `Class` can't: `new TypeRef<List<User>>() {}`, always with the braces.
///
/// @param <V> the type
public abstract class TypeRef<V> {
    private final Type type;

    /// @throws IllegalStateException if the subclass does not say what `V` is
    protected TypeRef() {
        if (getClass().getSuperclass() != TypeRef.class
                || !(getClass().getGenericSuperclass() instanceof ParameterizedType self)) {
            throw new IllegalStateException(
                    "a TypeRef must name its type where it is made: new TypeRef<List<User>>() {}");
        }
        this.type = self.getActualTypeArguments()[0];
    }

    final Type type() {
        return type;
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }
}
