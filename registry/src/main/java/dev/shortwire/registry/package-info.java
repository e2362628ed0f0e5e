/// Who is in the cluster: the view record, the registry SPI, the static list and the in-memory model.
@NullMarked
package dev.shortwire.registry;

import org.jspecify.annotations.NullMarked;
