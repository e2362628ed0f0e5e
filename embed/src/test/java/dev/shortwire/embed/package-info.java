/// What a service that embeds Shortwire brings into its own class path.
@NullMarked
package dev.shortwire.embed;

import org.jspecify.annotations.NullMarked;
