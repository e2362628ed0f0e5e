/// The gRPC API of a node, as `cache.proto` publishes it; `docs/grpc.md` describes it.
@NullMarked
package dev.shortwire.grpc;

import org.jspecify.annotations.NullMarked;
