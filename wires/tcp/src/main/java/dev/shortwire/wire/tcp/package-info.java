/// The wire between hosts, over TCP.
@NullMarked
package dev.shortwire.wire.tcp;

import org.jspecify.annotations.NullMarked;
