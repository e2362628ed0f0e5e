/// Tests of the whole: real processes, and the rules of the architecture.
@NullMarked
package dev.shortwire.it;

import org.jspecify.annotations.NullMarked;
