/// The program of the source texts: cache servers with a fixed list of peers, one of them with the API for users.
@NullMarked
package dev.shortwire.examples.geecache;

import org.jspecify.annotations.NullMarked;
