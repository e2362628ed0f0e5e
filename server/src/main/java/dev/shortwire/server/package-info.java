/// What people and programs reach by HTTP: the API of a node, its page, and the routes between nodes that curl can use.
@NullMarked
package dev.shortwire.server;

import org.jspecify.annotations.NullMarked;
