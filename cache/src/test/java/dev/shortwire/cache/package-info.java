@NullMarked
package dev.shortwire.cache;

import org.jspecify.annotations.NullMarked;
