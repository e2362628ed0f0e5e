/// What adapters are tested with: contract tests for the SPIs, and a simulated cluster.
@NullMarked
package dev.shortwire.testkit;

import org.jspecify.annotations.NullMarked;
