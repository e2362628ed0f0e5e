/// The one place where HTTP is bound, limited and spoken: a server with routes, and a client that does not block. The server
/// speaks HTTP/1.1 and HTTP/2, the client HTTP/1.1, on Netty's codec; nothing of Netty shows in what they offer.
@NullMarked
package dev.shortwire.http;

import org.jspecify.annotations.NullMarked;
