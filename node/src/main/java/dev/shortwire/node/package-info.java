/// From configuration to a running node: the one place that puts things together.
@NullMarked
package dev.shortwire.node;

import org.jspecify.annotations.NullMarked;
