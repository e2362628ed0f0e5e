/// What a service adds: this artifact has no code of its own, it names a node, the HTTP wire and the registry client.
@NullMarked
package dev.shortwire.embed;

import org.jspecify.annotations.NullMarked;
