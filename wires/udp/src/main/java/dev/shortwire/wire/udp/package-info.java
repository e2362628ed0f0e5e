/// The wire of small reads over UDP: datagrams beside an authenticated stream, which issues their keys and takes over
/// whatever does not fit, may not be repeated, or gets no answer.
@NullMarked
package dev.shortwire.wire.udp;

import org.jspecify.annotations.NullMarked;
