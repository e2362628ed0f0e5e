/// What users of Shortwire call, and the values they see.
@NullMarked
package dev.shortwire;

import org.jspecify.annotations.NullMarked;
