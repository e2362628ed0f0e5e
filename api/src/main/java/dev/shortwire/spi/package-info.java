/// What comes into a node from outside so that its decisions stay deterministic: time, timers, codecs.
@NullMarked
package dev.shortwire.spi;

import org.jspecify.annotations.NullMarked;
