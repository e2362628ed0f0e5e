/// The wire between processes of one user on one host, over Unix sockets.
@NullMarked
package dev.shortwire.wire.uds;

import org.jspecify.annotations.NullMarked;
