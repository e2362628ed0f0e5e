/// The registry kept in ZooKeeper. What is stored where: `docs/registry.md`.
@NullMarked
package dev.shortwire.registry.zookeeper;

import org.jspecify.annotations.NullMarked;
