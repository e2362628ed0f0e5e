/// What users of geecache and groupcache know, under their names: a [Group] in front of a [Getter], peers picked by
/// consistent hashing and asked over HTTP by an [HttpPool].
@NullMarked
package dev.shortwire.geecache;

import org.jspecify.annotations.NullMarked;
