/// Consistent hashing: which member of a view owns a key.
@NullMarked
package dev.shortwire.ring;

import org.jspecify.annotations.NullMarked;
