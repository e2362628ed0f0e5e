/// Frames over HTTP/1.1, for whatever speaks HTTP; `docs/protocol.md` has the mapping.
@NullMarked
package dev.shortwire.wire.http;

import org.jspecify.annotations.NullMarked;
