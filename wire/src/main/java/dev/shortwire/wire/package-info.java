/// The wire SPI, the frame, and the in-process wire. A wire carries frames between two processes and knows nothing of
/// caches: the kinds of message are the business of those who use it.
@NullMarked
package dev.shortwire.wire;

import org.jspecify.annotations.NullMarked;
