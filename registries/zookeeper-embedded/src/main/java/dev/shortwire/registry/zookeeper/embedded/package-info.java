/// ZooKeeper servers inside our own processes, so that a cluster needs nothing installed.
@NullMarked
package dev.shortwire.registry.zookeeper.embedded;

import org.jspecify.annotations.NullMarked;
