/// Frames over one long gRPC stream between two nodes, and the server that carries it and the API for programs;
/// `docs/grpc.md` and `docs/protocol.md` have the mapping.
@NullMarked
package dev.shortwire.wire.grpc;

import org.jspecify.annotations.NullMarked;
