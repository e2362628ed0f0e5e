/// A service that shares one cache among its instances.
@NullMarked
package dev.shortwire.example.embedded;

import org.jspecify.annotations.NullMarked;
